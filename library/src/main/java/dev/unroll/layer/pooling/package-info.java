/// One vector of the steps of a sequence.
@NullMarked
package dev.unroll.layer.pooling;

import org.jspecify.annotations.NullMarked;
