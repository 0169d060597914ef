package dev.unroll.layer.pooling;

import dev.unroll.Engine;
import dev.unroll.layer.Attention;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;

/// A pooling bound to memory. Its results are in its own memory. One caller at a time:
/// overlapping calls are refused by an `IllegalStateException`.
public interface PoolingRun {

  /// Takes over changed parameters.
  void load();

  /// The forward pass: pools the outputs of each sample.
  ///
  /// @param y `[steps, B, H]`; must not change until backward is done
  /// @return `[B, H]`
  Rows forward(Rows y, Span span);

  /// The backward pass through the last forward pass.
  ///
  /// @param dv the gradient of the result of forward, `[B, H]`
  /// @return the gradient of y, `[steps, B, H]`
  Rows backward(Rows dv, Span span);

  /// The bytes of memory that were planned.
  long bytes();

  /// Mean pooling over the steps that are not padded.
  ///
  /// @param size H
  static PoolingRun mean(Engine engine, int size, Bounds bounds) {
    return new GuardedPooling(new Average(engine, size, bounds));
  }

  /// Max pooling over the steps that are not padded, for each element.
  ///
  /// @param size H
  static PoolingRun max(Engine engine, int size, Bounds bounds) {
    return new GuardedPooling(new Maximum(engine, size, bounds));
  }

  /// Attention pooling: the mean weighted by attention.
  ///
  /// @param attention with the rule [Attention#POOLING]
  static PoolingRun attention(AttentionLayer attention, Engine engine, Bounds bounds) {
    return new GuardedPooling(new AttentionPooling(attention, engine, bounds));
  }
}
