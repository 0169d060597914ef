package dev.unroll.kernel.run;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.Stack;
import dev.unroll.tensor.Parameters;
import java.util.HashMap;
import java.util.Map;

/// Where the parameters of a cell lie in the arrays of its model.
///
/// @param columns of a matrix that is multiplied with several vectors at once, where each block of its columns
///     lies
public record Weights(Map<String, Parameters.Block> blocks, Map<String, Columns> columns) {

  /// The columns of a matrix that one vector is multiplied with.
  record Columns(String matrix, int from, int count) {}

  public Weights {
    blocks = Map.copyOf(blocks);
    columns = Map.copyOf(columns);
  }

  public Weights(Plan plan, Map<String, Parameters.Block> blocks, Dimensions sizes) {
    this(blocks, columns(plan, sizes));
  }

  private static Map<String, Columns> columns(Plan plan, Dimensions sizes) {
    var found = new HashMap<String, Columns>();
    for (var p : plan.parameters()) {
      int from = 0;
      for (int i = 0; i < p.columns().size(); i++) {
        int count = sizes.of(p.columns().get(i));
        found.put(p.blocks().get(i), new Columns(p.name(), from, count));
        from += count;
      }
    }
    return found;
  }

  Parameters.Block block(String name) {
    var block = blocks.get(name);
    if (block == null) {
      throw new IllegalArgumentException(
          "parameter %s is missing; given are %s".formatted(name, blocks.keySet()));
    }
    return block;
  }

  private Parameters.Block matrix(String name) {
    var its = columns.get(name);
    return block(its == null ? name : its.matrix());
  }

  /// Where a stack begins; its matrices must lie one behind the other.
  int offset(Stack stack) {
    var first = stack.matrices().getFirst();
    int start = matrix(first).offset();
    int end = start;
    for (var matrix : stack.matrices()) {
      if (matrix(matrix).offset() != end) {
        throw new IllegalArgumentException(
            "the matrices %s are not neighbours; store the parameters in the order of the plan"
                .formatted(stack));
      }
      end += matrix(matrix).length();
    }
    var its = columns.get(first);
    return its == null ? start : start + its.from();
  }

  /// The rows of all matrices of a stack, G·H.
  int rows(Stack stack) {
    return stack.matrices().stream().mapToInt(this::rows).sum();
  }

  /// The rows of one matrix of a stack, H.
  int rows(String matrix) {
    return matrix(matrix).rows();
  }

  int columns(Stack stack) {
    var its = columns.get(stack.matrices().getFirst());
    return its == null ? stride(stack) : its.count();
  }

  /// How far apart the rows are: all columns of a matrix, also where the stack has some of them.
  int stride(Stack stack) {
    return matrix(stack.matrices().getFirst()).columns();
  }
}
