/// Variables of TensorFlow 1, as tools wrote them one file each.
@NullMarked
package dev.unroll.exchange.tensorflow;

import org.jspecify.annotations.NullMarked;
