/// The command `unroll onnx`: models that others have trained.
@NullMarked
package dev.unroll.app.onnx;

import org.jspecify.annotations.NullMarked;
