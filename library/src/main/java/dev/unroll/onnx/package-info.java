/// Models that others have trained, as ONNX files: read, checked and run. Recurrent operators
/// become the library's own cells and plans; an interpreter runs what stands around them.
@NullMarked
package dev.unroll.onnx;

import org.jspecify.annotations.NullMarked;
