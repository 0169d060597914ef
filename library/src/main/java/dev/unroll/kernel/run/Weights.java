package dev.unroll.kernel.run;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.plan.StackedMatrices;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.store.SmallMatrices;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The places of the parameters of a cell in the arrays of its model.
///
/// @param columns for a matrix that is multiplied by several vectors at once, the place of each
///     block of its columns
/// @param small the matrices that are not stored as floats; null if there are none
public record Weights(Map<String, Parameters.Block> blocks, Map<String, Columns> columns,
    @Nullable SmallMatrices small) {

  /// The columns of a matrix that are multiplied by one vector.
  record Columns(String matrix, int from, int count) {}

  public Weights {
    blocks = Map.copyOf(blocks);
    columns = Map.copyOf(columns);
  }

  public Weights(Plan plan, Map<String, Parameters.Block> blocks, Dimensions sizes,
      @Nullable SmallMatrices small) {
    this(blocks, columns(plan, sizes), small);
  }

  private static Map<String, Columns> columns(Plan plan, Dimensions sizes) {
    var found = new HashMap<String, Columns>();
    for (var p : plan.parameters()) {
      int from = 0;
      for (int i = 0; i < p.columns().size(); i++) {
        int count = sizes.of(p.columns().get(i)) / p.heads();
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

  /// The start of a stack; its matrices must be contiguous.
  int offset(StackedMatrices stack) {
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

  /// Memory for the elements of a stack, or of a part of it, as they are stored.
  Panels panels(StackedMatrices stack, Kernels kernels, int depth, int columns) {
    var precision = matrix(stack.matrices().getFirst()).precision();
    boolean scales = precision == Precision.INT8 && small != null && small.hasAnyScale();
    return scales ? kernels.panels(depth, columns, SmallKind.SCALED_INT8)
        : kernels.panels(depth, columns, precision);
  }

  /// The rows of all matrices of a stack, G·H.
  int rows(StackedMatrices stack) {
    return stack.matrices().stream().mapToInt(this::rows).sum();
  }

  /// The rows of one matrix of a stack, H.
  int rows(String matrix) {
    return matrix(matrix).rows();
  }

  /// The columns that multiply one vector; of matrices with heads, those of a head.
  int columns(StackedMatrices stack) {
    var its = columns.get(stack.matrices().getFirst());
    return its == null ? stride(stack) : its.count();
  }

  /// The stride of the rows: all columns of a matrix, also if the stack has only some of them.
  int stride(StackedMatrices stack) {
    return matrix(stack.matrices().getFirst()).columns();
  }
}
