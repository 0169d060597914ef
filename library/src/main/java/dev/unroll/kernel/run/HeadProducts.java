package dev.unroll.kernel.run;

import static java.util.Objects.requireNonNull;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.plan.Stage;
import dev.unroll.tensor.store.SmallMatrices;
import org.jspecify.annotations.Nullable;

/// Runs a product stage whose matrices have heads, of as many rows each: a small product for each
/// head and matrix, each with its own part of the operand and of the result.
///
/// ```
/// result[m, k] (+)= operand[k] · W[m, k]ᵀ         for matrix m and head k
/// result[k]    (+)= Σ_m operand[m, k] · W[m, k]   transposed, in the order of the matrices
/// ```
final class HeadProducts implements WeightedStage {
  /// Rows that pass through all heads before the next ones, so that operands and results stay in
  /// the caches.
  private static final int ROW_BLOCK = 128;

  /// Blocks of rows are multiples of this many, the rows of the largest tiles.
  private static final int GRAIN = 8;

  private final Stage.Multiply stage;
  private final Kernels kernels;
  private final Location operand;
  private final Location result;
  private final boolean transposed;
  private final int stride;
  private final @Nullable SmallMatrices matrices;

  /// The products of each head, one for each matrix.
  private final Part[][] heads;

  /// The columns of each product, those of a head.
  private final int columns;

  /// The panels of each product.
  private final int panels;

  private final int width;
  private final long work;

  /// Whether the columns of heads begin with panels, so that they may be divided as those of a full
  /// matrix.
  private final boolean divisible;

  /// One product.
  ///
  /// @param offset where its weights begin
  /// @param operandColumn the first column of the operand
  /// @param resultColumn the first column of the result
  /// @param adds whether it is added to another product of this stage, or to what is there
  private record Part(Panels panels, int offset, int operandColumn, int resultColumn,
      boolean adds) {}

  HeadProducts(Stage.Multiply stage, Memory memory, Kernels kernels, Weights weights) {
    var stack = stage.stack();
    this.stage = stage;
    this.kernels = kernels;
    operand = memory.locate(stage.operand());
    result = memory.locate(stage.result());
    transposed = stage.transposed();
    stride = weights.stride(stack);
    matrices = weights.small();
    int count = stack.heads();
    int each = stack.matrices().size();
    int depth = weights.columns(stack);
    int height = weights.rows(stack) / each / count;
    heads = new Part[count][each];
    for (int m = 0; m < each; m++) {
      for (int k = 0; k < count; k++) {
        int row = (m * count + k) * height;
        int column = k * depth;
        heads[k][m] = new Part(
            transposed ? kernels.panels(height, depth)
                : weights.panels(stack, kernels, depth, height),
            weights.offset(stack) + row * stride, transposed ? row : column,
            transposed ? column : row, stage.accumulate() || transposed && m > 0);
      }
    }
    var first = heads[0][0].panels();
    width = first.width();
    columns = first.columns();
    panels = first.count();
    divisible = columns % width == 0;
    work = (long) weights.rows(stack) * depth;
  }

  @Override
  public void pack(float[] parameters, int thread, int threads) {
    for (int k = WorkSplit.share(heads.length, thread, threads); k < WorkSplit.share(heads.length,
        thread + 1, threads); k++) {
      for (var part : heads[k]) {
        switch (part.panels()) {
          case FloatPanels floats when transposed ->
              kernels.pack(parameters, part.offset(), stride, 1, floats);
          case FloatPanels floats -> kernels.pack(parameters, part.offset(), 1, stride, floats);
          case SmallPanels small ->
              small.pack(requireNonNull(matrices), part.offset(), stride, 0, small.count());
        }
      }
    }
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    all(t, from, to - from, scratch.descending());
  }

  /// A block of rows may begin in one step and end in a later one: the rows of a step lie behind
  /// those of the step before.
  @Override
  public void runRows(int from, int to, int batch, Scratch scratch) {
    int blocks = (to - from + ROW_BLOCK - 1) / ROW_BLOCK;
    for (int i = 0; i < blocks; i++) {
      int row = from + WorkSplit.share(to - from, GRAIN, i, blocks);
      int end = from + WorkSplit.share(to - from, GRAIN, i + 1, blocks);
      all(row / batch, row % batch, end - row, false);
    }
  }

  @Override
  public int units() {
    return divisible ? columns * heads.length : 0;
  }

  @Override
  public int grain() {
    return width;
  }

  @Override
  public void runUnits(int t, int batch, int from, int to, Scratch scratch) {
    for (int k = from / columns; k * columns < to; k++) {
      int first = Math.max(0, from - k * columns);
      int end = Math.min(columns, to - k * columns);
      multiply(t, 0, batch, k, first, end, scratch.descending());
    }
  }

  /// Threads take whole panels, of all matrices of a head.
  @Override
  public void runShare(int t, int batch, int thread, int threads, Scratch scratch) {
    int from = WorkSplit.share(heads.length * panels, thread, threads);
    int to = WorkSplit.share(heads.length * panels, thread + 1, threads);
    for (int k = from / panels; k * panels < to; k++) {
      int first = Math.max(0, from - k * panels) * width;
      int end = Math.min(columns, Math.min(panels, to - k * panels) * width);
      multiply(t, 0, batch, k, first, end, scratch.descending());
    }
  }

  /// All heads, for some rows.
  private void all(int t, int b, int rows, boolean descending) {
    for (int i = 0; i < heads.length; i++) {
      multiply(t, b, rows, descending ? heads.length - 1 - i : i, 0, columns, descending);
    }
  }

  /// The columns `[first, end)` of each product of head k, for the rows from sample b of step t on.
  private void multiply(int t, int b, int rows, int k, int first, int end, boolean descending) {
    float[] x = operand.array();
    float[] y = result.array();
    int operandRow = operand.at(t, b);
    int resultRow = result.at(t, b);
    for (var part : heads[k]) {
      kernels.multiply(x, operandRow + part.operandColumn(), operand.stride(), rows, part.panels(),
          first,
          end, y, resultRow + part.resultColumn(), result.stride(), part.adds(), descending);
    }
  }

  @Override
  public long work() {
    return work;
  }

  @Override
  public boolean isProduct() {
    return true;
  }

  @Override
  public String toString() {
    return stage.toString();
  }
}
