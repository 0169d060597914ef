package dev.unroll.server.model;

import dev.unroll.server.batch.ComputeThreads;
import java.time.Duration;
import java.util.function.IntConsumer;

/// What models are loaded with.
///
/// @param longest the most steps of a sequence in a request
/// @param capacity the most sequences or texts of a call
/// @param numbers that all values of a run of an ONNX model may have together
/// @param batchWait how long a call waits for more sequences, at most
/// @param compute where whole sequences are computed
/// @param stepped is told how many sequences were stepped in a call
/// @param tokens is told how many symbols of texts were read in a call
public record ModelSetting(int longest, int capacity, long numbers, Duration batchWait,
    ComputeThreads compute, IntConsumer stepped, IntConsumer tokens) {
  /// The same with another listener.
  public ModelSetting stepped(IntConsumer other) {
    return new ModelSetting(longest, capacity, numbers, batchWait, compute, other, tokens);
  }
}
