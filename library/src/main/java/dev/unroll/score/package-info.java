/// Measures as plain functions over values, whatever the answers come from.
@NullMarked
package dev.unroll.score;

import org.jspecify.annotations.NullMarked;
