package dev.unroll.layer.wrapper;

import dev.unroll.Engine;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;

/// A layer with a penalty on its outputs (AR) and on their change from step to step (TAR), which is
/// added to the loss in training:
///
/// ```
/// α · mean(h²) + β · mean((h_t − h_{t−1})²)
/// ```
///
/// over all elements of steps that are not padded, and of pairs of such steps without a reset
/// between them. Outputs are passed on unchanged. The penalty is separate from the mean loss of a
/// step: [LayerRun#penalty] is for reports, its gradient is added to `dy` in the backward pass. To
/// penalize the outputs after dropout, as the paper does with α, wrap the dropout; with β, wrap the
/// recurrent layer itself.
///
/// Merity, McCann and Socher 2017, "Revisiting activation regularization for language RNNs",
/// arXiv 1708.01009.
public final class ActivationPenalty extends WrappedLayer {
  private final double size;
  private final double change;

  /// @param size α, at least 0
  /// @param change β, at least 0
  public ActivationPenalty(RunnableLayer layer, double size, double change) {
    if (!(size >= 0 && change >= 0)) {
      throw new IllegalArgumentException(
          "the penalties are %s and %s, expected at least 0".formatted(size, change));
    }
    super(layer);
    this.size = size;
    this.change = change;
  }

  double size() {
    return size;
  }

  double change() {
    return change;
  }

  @Override
  public boolean isDivisible() {
    return false;
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    var run = layer.run(engine, bounds.within());
    return GuardedRun.of(bounds.isNoisy() && size + change > 0
        ? new ActivationPenaltyRun(this, run, engine, bounds)
        : run, this, bounds);
  }

  @Override
  public String toString() {
    return "%s, penalty %s h² + %s Δh²".formatted(layer, size, change);
  }
}
