/// File formats. Files are not trusted: lengths are checked before memory is allocated, and a
/// damaged or hostile file gets one clear `FormatException`.
@NullMarked
package dev.unroll.format;

import org.jspecify.annotations.NullMarked;
