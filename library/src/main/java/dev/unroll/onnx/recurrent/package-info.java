/// RNN, LSTM and GRU of ONNX as cells that the plans of the library run.
@NullMarked
package dev.unroll.onnx.recurrent;

import org.jspecify.annotations.NullMarked;
