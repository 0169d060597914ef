/// The file format: the wire format of Protocol Buffers, and what ONNX writes in it. Nothing that
/// stands in a file is trusted.
@NullMarked
package dev.unroll.onnx.proto;

import org.jspecify.annotations.NullMarked;
