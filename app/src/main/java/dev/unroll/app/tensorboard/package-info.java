/// Event files that TensorBoard opens: records with checksums (TFRecord), each a message of
/// Protocol Buffers.
@NullMarked
package dev.unroll.app.tensorboard;

import org.jspecify.annotations.NullMarked;
