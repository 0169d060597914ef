/// `unroll serve`: models answer over HTTP.
@NullMarked
package dev.unroll.app.serve;

import org.jspecify.annotations.NullMarked;
