/// The operators that are not recurrent, as plain loops over arrays.
@NullMarked
package dev.unroll.onnx.operator;

import org.jspecify.annotations.NullMarked;
