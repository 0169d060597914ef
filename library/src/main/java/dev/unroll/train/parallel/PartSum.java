package dev.unroll.train.parallel;

import dev.unroll.model.loss.Score;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/// The sum of the weighted gradients of the parts `place · 2^level … (place + 1) · 2^level − 1` of
/// a step: a node of the tree in which they are added.
///
/// @param level 0 for a single part
/// @param sum of `n_i g_i`
/// @param score the losses, added in the same tree
public record PartSum(int level, long place, float[] sum, Score score) {

  /// The first part.
  public long first() {
    return place << level;
  }

  /// The part behind the last one.
  public long end() {
    return place + 1 << level;
  }

  private boolean isLeftOf(PartSum other) {
    return level == other.level && place % 2 == 0 && place + 1 == other.place;
  }

  private PartSum with(PartSum right, int level, BiConsumer<float[], float[]> add) {
    add.accept(sum, right.sum);
    return new PartSum(level, place >> level - this.level, sum, score.plus(right.score));
  }

  /// Puts a node behind those of a stack, and joins it with them as far as they are siblings.
  ///
  /// @param nodes in the order of their parts, the last one on top
  /// @param add adds its second argument to its first one, and is done with the second
  public static void push(Deque<PartSum> nodes, PartSum last, BiConsumer<float[], float[]> add) {
    var node = last;
    while (!nodes.isEmpty() && nodes.peek().isLeftOf(node)) {
      node = nodes.pop().with(node, node.level + 1, add);
    }
    nodes.push(node);
  }

  /// Joins all nodes of a stack, the last ones first: what is left over where the number of parts
  /// is no power of two.
  public static PartSum join(Deque<PartSum> nodes, BiConsumer<float[], float[]> add) {
    var all = nodes.pop();
    while (!nodes.isEmpty()) {
      var left = nodes.pop();
      all = left.with(all, left.level + 1, add);
    }
    return all;
  }

  /// An empty stack.
  public static Deque<PartSum> stack() {
    return new ArrayDeque<>();
  }
}
