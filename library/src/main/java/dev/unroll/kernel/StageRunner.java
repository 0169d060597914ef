package dev.unroll.kernel;

/// Runs one stage of a plan, for given sizes and memory.
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
}
