/// Files that hold one array: those of NumPy, and the test data of ONNX.
@NullMarked
package dev.unroll.onnx.file;

import org.jspecify.annotations.NullMarked;
