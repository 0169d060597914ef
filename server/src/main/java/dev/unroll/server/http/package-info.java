/// Requests and answers over HTTP.
@NullMarked
package dev.unroll.server.http;

import org.jspecify.annotations.NullMarked;
