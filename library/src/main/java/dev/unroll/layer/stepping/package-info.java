/// Layers step by step, with states that are values: for one key, or for thousands in one call.
@NullMarked
package dev.unroll.layer.stepping;

import org.jspecify.annotations.NullMarked;
