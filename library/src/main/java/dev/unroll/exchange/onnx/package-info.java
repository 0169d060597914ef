/// ONNX graphs that are a chain of layers which we have too.
@NullMarked
package dev.unroll.exchange.onnx;

import org.jspecify.annotations.NullMarked;
