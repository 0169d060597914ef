/// Values of ONNX: arrays of any element type and number of axes.
@NullMarked
package dev.unroll.onnx.array;

import org.jspecify.annotations.NullMarked;
