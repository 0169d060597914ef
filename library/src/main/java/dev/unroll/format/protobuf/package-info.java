/// The wire format of Protocol Buffers, as files of ONNX and TensorBoard have it.
@NullMarked
package dev.unroll.format.protobuf;

import org.jspecify.annotations.NullMarked;
