/// Pooling of the steps of a sequence into one vector.
@NullMarked
package dev.unroll.layer.pooling;

import org.jspecify.annotations.NullMarked;
