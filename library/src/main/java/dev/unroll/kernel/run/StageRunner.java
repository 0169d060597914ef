package dev.unroll.kernel.run;

/// Runs one stage of a plan, for given sizes and memory. Its text is a description in one line.
interface StageRunner {

  /// Works on samples `[from, to)` of step `t`. Different samples may be worked on at once, each
  /// thread with its own scratch memory.
  void run(int t, int from, int to, Scratch scratch);

  /// Works on rows `[from, to)` of all steps, where row `t·B + b` is sample b of step t. Only for
  /// stages outside the time loop, whose rows do not depend on one another.
  default void runRows(int from, int to, int batch, Scratch scratch) {
    for (int row = from; row < to;) {
      int t = row / batch;
      int end = Math.min(to, (t + 1) * batch);
      run(t, row - t * batch, end - t * batch, scratch);
      row = end;
    }
  }

  /// The number of hidden units into which the work can be divided so that each only needs results
  /// of this and earlier stages for the same unit, except for the operand of a product; 0 if it
  /// cannot be divided.
  int units();

  /// The boundaries between two threads' units are multiples of this.
  int grain();

  /// Works on samples `[0, batch)` of step `t` for the units `[from, to)`.
  void runUnits(int t, int batch, int from, int to, Scratch scratch);

  /// Works on samples `[0, batch)` of step `t` if the work is not divided by units: the share of
  /// one thread. No two shares write the same numbers.
  void runShare(int t, int batch, int thread, int threads, Scratch scratch);

  /// The cost of a row, in multiply-adds of a product of many rows.
  long work();

  /// Whether it is a matrix product, or several.
  default boolean isProduct() {
    return false;
  }

  /// Whether it runs on its fast code; until that is compiled, plain Java gives the same bits.
  default boolean isWarm() {
    return true;
  }
}
