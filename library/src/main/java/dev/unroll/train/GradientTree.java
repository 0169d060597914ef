package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.kernel.DescentSteps;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.parallel.PartSum;
import dev.unroll.train.parallel.Reduction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gradient of the mean loss over the parts of a step, which are shards of a batch, or batches:
///
/// ```
/// g = Σ_i n_i g_i / Σ_i n_i       g_i of the mean loss of part i, over n_i
/// ```
///
/// The sum is that of a balanced binary tree over the numbers of the parts:
/// `((0 + 1) + (2 + 3)) + …`; where their number is no power of two, what is left is added from the
/// last to the first. So it depends neither on who has computed which parts nor on threads, and it
/// takes the memory of one gradient for each level. The losses are added in the same tree.
final class GradientTree {
  private final float[] gradients;
  private final @Nullable Reduction reduction;
  private final Deque<PartSum> nodes = PartSum.stack();
  private final List<float[]> free = new ArrayList<>();
  private final WorkSplit split;

  /// What the threads do: `to += factor · from`.
  private float[] to;
  private float[] from;
  private float factor;

  /// @param reduction with what others have computed; null if there are no others
  GradientTree(Engine engine, Parameters parameters, @Nullable Reduction reduction) {
    gradients = parameters.gradients();
    this.reduction = reduction;
    to = gradients;
    from = gradients;
    split = engine.split(1024, this::addElements);
  }

  /// Begins a step.
  void begin() {
    while (!nodes.isEmpty()) {
      free.add(nodes.pop().sum());
    }
    Arrays.fill(gradients, 0f);
  }

  /// Adds a part, whose gradient is in the parameters, and clears it for the next one.
  ///
  /// @param place its number within the step
  void add(long place, Score score) {
    var sum = taken();
    Arrays.fill(sum, 0f);
    add(sum, gradients, (float) score.count());
    Arrays.fill(gradients, 0f);
    PartSum.push(nodes, new PartSum(0, place, sum, score), this::join);
  }

  private float[] taken() {
    return free.isEmpty() ? new float[gradients.length] : free.removeLast();
  }

  /// Writes the gradient of all parts since [#begin], of all members.
  ///
  /// @throws IOException if a member is lost
  Score end() throws IOException {
    Score score;
    float[] sum;
    if (reduction == null) {
      var all = PartSum.join(nodes, this::join);
      score = all.score();
      sum = all.sum();
    } else {
      sum = taken();
      score = reduction.reduce(List.copyOf(nodes.reversed()), sum);
    }
    add(gradients, sum, 1f / Math.max(1, score.count()));
    free.add(sum);
    return score;
  }

  private void join(float[] to, float[] from) {
    add(to, from, 1);
    free.add(from);
  }

  private void add(float[] to, float[] from, float factor) {
    this.to = to;
    this.from = from;
    this.factor = factor;
    split.run(to.length);
  }

  private void addElements(int first, int end) {
    DescentSteps.add(to, from, first, end, factor);
  }
}
