/// What keeps a server running well: figures, the access log, keys, limits of time.
@NullMarked
package dev.unroll.server.operation;

import org.jspecify.annotations.NullMarked;
