package dev.unroll.layer.recurrent;

import dev.unroll.Engine;
import dev.unroll.layer.Layer;
import dev.unroll.layer.Merge;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Two layers over one sequence, one forward and one backward in time.
///
/// ```
/// y_t = [f(x_1 … x_t), g(x_T … x_t)]        or their sum        x [T, B, F], y [T, B, H₁ + H₂] or [T, B, H]
/// ```
///
/// Backward in time, padding comes first and holds the initial states of g, so each direction reads
/// exactly the steps that are not padded. A reset of states before step t happens, backward in
/// time, before step t − 1; a reset at the start of the sequence also resets g before its own first
/// step.
///
/// Only whole sequences can be computed: [LayerRun#step] and [LayerRun#forwardStep] are refused.
/// Carried states are those of f; g begins each sequence with the values in its states.
///
/// Schuster and Paliwal 1997, "Bidirectional recurrent neural networks", IEEE Transactions on
/// Signal Processing 45.
public final class Bidirectional implements RunnableLayer {
  private final RunnableLayer forward;
  private final RunnableLayer backward;
  private final Merge merge;

  /// @param forward f
  /// @param backward g, with parameters of its own
  /// @throws IllegalArgumentException if their sizes do not fit
  public Bidirectional(RunnableLayer forward, RunnableLayer backward, Merge merge) {
    if (forward.inputSize() != backward.inputSize()
        || merge == Merge.SUM && forward.outputSize() != backward.outputSize()) {
      throw new IllegalArgumentException(
          ("the directions are %s and %s; expected one input size%s").formatted(forward, backward,
              merge == Merge.SUM ? " and, to be added, one output size" : ""));
    }
    this.forward = forward;
    this.backward = backward;
    this.merge = merge;
  }

  /// Makes both directions with one function.
  ///
  /// @param layer makes a layer of the name it is given
  public static Bidirectional of(String name, Function<String, ? extends RunnableLayer> layer,
      Merge merge) {
    return new Bidirectional(
        layer.apply(name + ".forward"), layer.apply(name + ".backward"), merge);
  }

  /// The forward layer.
  public RunnableLayer forward() {
    return forward;
  }

  /// The backward layer.
  public RunnableLayer backward() {
    return backward;
  }

  /// How their outputs are merged.
  public Merge merge() {
    return merge;
  }

  @Override
  public int inputSize() {
    return forward.inputSize();
  }

  @Override
  public int outputSize() {
    return forward.outputSize() + (merge == Merge.SUM ? 0 : backward.outputSize());
  }

  @Override
  public String definition() {
    return forward.definition() + "\nagainst time\n" + backward.definition();
  }

  @Override
  public List<Layer> parts() {
    return Stream.of(forward, backward).flatMap(layer -> layer.parts().stream()).toList();
  }

  @Override
  public boolean isDivisible() {
    return false;
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    return GuardedRun.of(new BidirectionalRun(this, engine, bounds.within()), this, bounds);
  }

  @Override
  public String toString() {
    return "%s and, against time, %s".formatted(forward, backward);
  }
}
