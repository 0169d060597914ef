/// Connections, below the requests that come over them: their end, and what is read and sent.
@NullMarked
package dev.unroll.server.connection;

import org.jspecify.annotations.NullMarked;
