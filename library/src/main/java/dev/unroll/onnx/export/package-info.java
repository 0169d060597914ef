/// Writes models of this library as graphs of ONNX: RNN, GRU and LSTM nodes where a cell is one of
/// them, else a Scan whose body is its equations.
@NullMarked
package dev.unroll.onnx.export;

import org.jspecify.annotations.NullMarked;
