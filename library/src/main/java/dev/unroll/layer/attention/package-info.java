/// Attention: queries read the steps of a memory.
@NullMarked
package dev.unroll.layer.attention;

import org.jspecify.annotations.NullMarked;
