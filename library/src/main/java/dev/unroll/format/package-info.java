/// What is read from files is not trusted: lengths are checked before memory is taken, and a damaged or
/// hostile file gets one clear `FormatException`.
@NullMarked
package dev.unroll.format;

import org.jspecify.annotations.NullMarked;
