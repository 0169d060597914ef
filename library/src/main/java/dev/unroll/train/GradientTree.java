package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.kernel.DescentSteps;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// The gradient of the mean loss over the parts of a step, which are shards of a batch, or batches:
///
/// ```
/// g = Σ_i n_i g_i / Σ_i n_i       g_i of the mean loss of part i, over n_i
/// ```
///
/// The sum is that of a balanced binary tree over the numbers of the parts: `((0 + 1) + (2 + 3)) +
/// …`; where their number is no power of two, what is left is added from the last to the first.
/// So it depends neither on who has computed which parts nor on threads, and it takes the memory of
/// one gradient for each level. The losses are added in the same tree.
final class GradientTree {
  /// The sum of the parts `place · 2^level …`.
  private record Node(int level, long place, float[] sum, Score score) {}

  private final float[] gradients;
  private final Deque<Node> nodes = new ArrayDeque<>();
  private final List<float[]> free = new ArrayList<>();
  private final WorkSplit split;

  /// What the threads do: `to += factor · from`.
  private float[] to;
  private float[] from;
  private float factor;

  GradientTree(Engine engine, Parameters parameters) {
    gradients = parameters.gradients();
    to = gradients;
    from = gradients;
    split = engine.split(1024, this::addElements);
  }

  /// Begins a step.
  void begin() {
    while (!nodes.isEmpty()) {
      free.add(nodes.pop().sum);
    }
    Arrays.fill(gradients, 0f);
  }

  /// Adds a part, whose gradient is in the parameters, and clears it for the next one.
  ///
  /// @param place its number within the step
  void add(long place, Score score) {
    var sum = free.isEmpty() ? new float[gradients.length] : free.removeLast();
    Arrays.fill(sum, 0f);
    add(sum, gradients, (float) score.count());
    Arrays.fill(gradients, 0f);
    var node = new Node(0, place, sum, score);
    while (!nodes.isEmpty() && nodes.peek().level == node.level
        && nodes.peek().place + 1 == node.place && node.place % 2 == 1) {
      node = joined(nodes.pop(), node, node.level + 1, node.place / 2);
    }
    nodes.push(node);
  }

  private Node joined(Node left, Node right, int level, long place) {
    add(left.sum, right.sum, 1);
    free.add(right.sum);
    return new Node(level, place, left.sum, left.score.plus(right.score));
  }

  /// Writes the gradient of all parts since [#begin].
  Score end() {
    var all = nodes.pop();
    while (!nodes.isEmpty()) {
      var left = nodes.pop();
      all = joined(left, all, left.level + 1, 0);
    }
    add(gradients, all.sum, 1f / Math.max(1, all.score.count()));
    free.add(all.sum);
    return all.score;
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
