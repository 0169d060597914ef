/// Cells over time: one layer, both directions, several on top of each other.
@NullMarked
package dev.unroll.layer.recurrent;

import org.jspecify.annotations.NullMarked;
