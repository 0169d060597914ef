package dev.unroll.kernel.plan;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/// Orders matrices in memory so that those that are multiplied together are adjacent.
///
/// A matrix that is multiplied by several vectors, `Wr [x; h]`, is in several groups, one for each
/// block of its columns. Within a group, matrices that meet again in another group are adjacent:
///
/// ```
/// r = σ(Wr [x; h])    n = tanh(Wn [x; r * h])    z = σ(Wz [x; h])
///
/// x      [Wr[1];Wz[1];Wn[1]]      h      [Wr[2];Wz[2]]      r * h      [Wn[2]]
/// ```
///
/// If that is not possible for all groups, one is multiplied in parts; so are matrices with
/// different strides or numbers of heads, and those with heads whose rows differ.
final class Stacking {
  /// A block of columns: its matrix, the sizes of all blocks of the matrix, its index among them,
  /// and the heads and rows of the matrix.
  private record Block(String matrix, List<Size> sizes, int index, int heads, Size rows) {
    boolean fits(Block other) {
      return sizes.equals(other.sizes) && index == other.index && heads == other.heads
          && (heads == 1 || rows.equals(other.rows));
    }
  }

  /// The key by which blocks are adjacent: rows of one length, and the groups where their matrices
  /// meet.
  private record Kind(List<Size> sizes, int index, int heads, Set<Integer> meets) {}

  private final Map<String, Block> blocks = new HashMap<>();
  private final SequencedSet<String> order = new LinkedHashSet<>();

  Stacking(Shapes shapes) {
    shapes.matrices().forEach((name, shape) -> {
      var names = shape.blocks(name);
      for (int i = 0; i < names.size(); i++) {
        blocks.put(names.get(i), new Block(name, shape.columns(), i, shape.heads(), shape.rows()));
      }
    });
  }

  /// Computes the stacks of each group.
  ///
  /// @param groups the blocks of columns that are multiplied by the same vector at the same time
  List<List<StackedMatrices>> of(List<List<String>> groups) {
    var meets = new HashMap<String, Set<Integer>>();
    for (int i = 0; i < groups.size(); i++) {
      for (var block : groups.get(i)) {
        var its = meets.computeIfAbsent(matrix(block), _ -> new HashSet<>());
        if (!block.equals(matrix(block))) {
          its.add(i);
        }
      }
    }
    var sorted = groups.stream().map(group -> sorted(group, meets)).toList();
    sorted.forEach(group -> group.forEach(block -> order.add(matrix(block))));
    return sorted.stream().map(this::neighbours).toList();
  }

  /// The matrices in the order of storage, once the stacks are known.
  SequencedSet<String> order() {
    return order;
  }

  /// Sorts matrices so that those in the same groups are adjacent, in the order of the first of
  /// them.
  private List<String> sorted(List<String> group, Map<String, Set<Integer>> meets) {
    var ranks = new LinkedHashMap<Kind, Integer>();
    group.forEach(block -> ranks.putIfAbsent(kind(block, meets), ranks.size()));
    return group.stream().sorted(Comparator.comparingInt(
        block -> requireNonNull(ranks.get(kind(block, meets))))).toList();
  }

  private Kind kind(String name, Map<String, Set<Integer>> meets) {
    var block = block(name);
    return new Kind(block.sizes, block.index, block.heads, requireNonNull(meets.get(block.matrix)));
  }

  /// Splits a group into parts with contiguous matrices, with rows of one length.
  private List<StackedMatrices> neighbours(List<String> group) {
    var stored = List.copyOf(order);
    var stacks = new ArrayList<StackedMatrices>();
    var part = new ArrayList<String>();
    for (var block : group) {
      if (!part.isEmpty() && !(block(block).fits(block(part.getLast()))
          && stored.indexOf(matrix(block)) == stored.indexOf(matrix(part.getLast())) + 1)) {
        stacks.add(stack(part));
        part.clear();
      }
      part.add(block);
    }
    stacks.add(stack(part));
    return stacks;
  }

  private StackedMatrices stack(List<String> part) {
    return new StackedMatrices(part, block(part.getFirst()).heads);
  }

  private String matrix(String block) {
    return block(block).matrix;
  }

  private Block block(String name) {
    return requireNonNull(blocks.get(name));
  }
}
