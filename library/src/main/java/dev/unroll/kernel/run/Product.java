package dev.unroll.kernel.run;

import static java.util.Objects.requireNonNull;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Stage;
import dev.unroll.tensor.store.SmallMatrices;
import org.jspecify.annotations.Nullable;

/// Runs a product stage: the stacked weights packed once, then used for all rows of all steps.
final class Product implements WeightedStage {
  /// Parts of the columns are multiples of this many panels, as kernels process several at once.
  private static final int PANELS = 4;

  private final Stage.Multiply stage;
  private final Kernels kernels;
  private final Panels panels;
  private final Location operand;
  private final Location result;
  private final boolean transposed;
  private final boolean accumulate;
  private final int offset;
  private final int stride;

  private final @Nullable SmallMatrices matrices;

  private final int units;

  /// The rows of the operand that are the same, and the results of the different ones; null where
  /// the operand is no input.
  private @Nullable EqualRows equal;
  private float[] results = {};

  Product(Stage.Multiply stage, Memory memory, Kernels kernels, Weights weights) {
    var stack = stage.stack();
    this.stage = stage;
    this.kernels = kernels;
    operand = memory.locate(stage.operand());
    result = memory.locate(stage.result());
    transposed = stage.transposed();
    accumulate = stage.accumulate();
    offset = weights.offset(stack);
    stride = weights.stride(stack);
    int columns = weights.columns(stack);
    int rows = weights.rows(stack);
    matrices = weights.small();
    panels = transposed ? kernels.panels(rows, columns)
        : weights.panels(stack, kernels, columns, rows);
    int count = transposed ? 1 : stack.matrices().size();
    int each = panels.columns() / count;
    boolean equal = transposed
        || stack.matrices().stream().allMatch(m -> weights.rows(m) == each);
    // If the results of several matrices are adjacent, each must begin with a panel.
    units = equal && (count == 1 || each % panels.width() == 0) ? each : 0;
  }

  @Override
  public void pack(float[] parameters, int thread, int threads) {
    int from = WorkSplit.share(panels.count(), thread, threads);
    int to = WorkSplit.share(panels.count(), thread + 1, threads);
    switch (panels) {
      case FloatPanels floats when transposed ->
          kernels.pack(parameters, offset, stride, 1, floats, from, to);
      case FloatPanels floats -> kernels.pack(parameters, offset, 1, stride, floats, from, to);
      case SmallPanels small ->
          small.pack(requireNonNull(matrices), offset, stride, from, to);
    }
  }

  @Override
  public long work() {
    return (long) panels.depth() * panels.columns();
  }

  @Override
  public boolean isProduct() {
    return true;
  }

  @Override
  public String toString() {
    return stage.toString();
  }

  /// Whether parts of it may be computed between parts of the product before it: neither reads what
  /// the other writes, and if both write to the same memory this one adds to the same columns.
  boolean mayAlternateWith(Product before) {
    boolean apart = !result.sharesBufferWith(before.result);
    boolean adds = accumulate && result.coincides(before.result)
        && panels.columns() == before.panels.columns();
    return (apart || adds) && !operand.sharesBufferWith(before.result)
        && !before.operand.sharesBufferWith(result);
  }

  /// Computes one part of the columns, for the samples `[from, to)` of step `t`.
  void runPart(int t, int from, int to, int part, int parts, Scratch scratch) {
    int n = panels.columns();
    int grain = PANELS * panels.width();
    int columnFrom = WorkSplit.share(n, grain, part, parts);
    int columnTo = WorkSplit.share(n, grain, part + 1, parts);
    if (columnFrom < columnTo) {
      multiply(t, from, to - from, columnFrom, columnTo, scratch.descending());
    }
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    multiply(t, from, to - from, 0, panels.columns(), scratch.descending());
  }

  /// Whether its operand is this buffer alone, and its result is set.
  boolean reads(Place input) {
    return !accumulate && !transposed && stage.operand().equals(input);
  }

  /// Shares the results of rows of the operand that are the same.
  void share(EqualRows equal) {
    this.equal = equal;
  }

  /// Makes room for the results of the different rows.
  void begin(EqualRows equal) {
    int length = equal.count() * panels.columns();
    if (results.length < length) {
      results = new float[length];
    }
  }

  /// Computes the results of some of the different rows.
  void runDifferent(EqualRows equal, int from, int to) {
    int n = panels.columns();
    kernels.multiply(equal.rows(), from * panels.depth(), panels.depth(), to - from, panels, 0, n,
        results, from * n, n, false);
  }

  /// Rows of successive steps are contiguous in memory, so this is one product.
  @Override
  public void runRows(int from, int to, int batch, Scratch scratch) {
    var shared = equal;
    if (shared != null && shared.count() > 0) {
      int n = panels.columns();
      for (int row = from, at = result.at(0, 0) + from * result.stride(); row < to; row++, at +=
          result.stride()) {
        System.arraycopy(results, shared.number(row) * n, result.array(), at, n);
      }
      return;
    }
    multiply(from / batch, from % batch, to - from, 0, panels.columns(), false);
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public int grain() {
    return panels.width();
  }

  @Override
  public void runUnits(int t, int batch, int from, int to, Scratch scratch) {
    boolean descending = scratch.descending();
    for (int i = 0; i < panels.columns(); i += units) {
      int column = descending ? panels.columns() - units - i : i;
      multiply(t, 0, batch, column + from, column + to, descending);
    }
  }

  @Override
  public void runShare(int t, int batch, int thread, int threads, Scratch scratch) {
    int n = panels.columns();
    multiply(t, 0, batch, WorkSplit.share(n, panels.width(), thread, threads),
        WorkSplit.share(n, panels.width(), thread + 1, threads), scratch.descending());
  }

  private void multiply(int t, int b, int rows, int columnFrom, int columnTo,
      boolean descending) {
    kernels.multiply(operand.array(), operand.at(t, b), operand.stride(), rows, panels, columnFrom,
        columnTo, result.array(), result.at(t, b), result.stride(), accumulate, descending);
  }
}
