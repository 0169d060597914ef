/// Zip archives that nobody vouches for.
@NullMarked
package dev.unroll.format.zip;

import org.jspecify.annotations.NullMarked;
