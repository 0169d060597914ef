/// Files: safetensors, JSON and JSON Lines, and writing so that a crash loses nothing. What is read
/// is not trusted: lengths are checked before memory is taken, and a damaged or hostile file gets
/// one clear `FormatException`.
@NullMarked
package dev.unroll.format;

import org.jspecify.annotations.NullMarked;
