package dev.unroll.kernel;

import dev.unroll.kernel.plan.Stage;

/// Runs a product stage: the stacked weights packed once, then used for all rows of all steps.
final class Product implements StageRunner {
  private final Stage.Multiply stage;
  private final Memory memory;
  private final Kernels kernels;
  private final Panels panels;
  private final int offset;
  private final int columns;

  Product(Stage.Multiply stage, Memory memory, Kernels kernels, Weights weights) {
    this.stage = stage;
    this.memory = memory;
    this.kernels = kernels;
    offset = weights.offset(stage.stack());
    columns = weights.columns(stage.stack());
    int rows = weights.rows(stage.stack());
    panels = stage.transposed() ? kernels.panels(rows, columns) : kernels.panels(columns, rows);
  }

  /// Lays the weights out anew; needed after each change.
  void pack(float[] parameters) {
    if (stage.transposed()) {
      kernels.pack(parameters, offset, columns, 1, panels);
    } else {
      kernels.pack(parameters, offset, 1, columns, panels);
    }
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    multiply(t, from, to - from);
  }

  /// Rows of successive steps follow one another in memory, so this is one product.
  @Override
  public void runRows(int from, int to, int batch, Scratch scratch) {
    multiply(from / batch, from % batch, to - from);
  }

  private void multiply(int t, int b, int rows) {
    var operand = stage.operand();
    var result = stage.result();
    kernels.multiply(memory.array(operand.buffer()), memory.offset(operand, t, b),
        memory.width(operand.buffer()), rows, panels, 0, panels.columns(),
        memory.array(result.buffer()), memory.offset(result, t, b),
        memory.width(result.buffer()), stage.accumulate());
  }
}
