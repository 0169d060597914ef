package dev.unroll.kernel;

import java.util.List;

/// The stages of a pass that are run for all steps at once, on a team of threads: each takes its own
/// rows through all stages.
final class AllSteps implements Threads.Task {
  private final StageRunner[] stages;
  private final int batch;
  private final Threads threads;
  private final Scratch[] scratch;

  /// The rows of the pass that runs, T·B.
  private int rows;

  AllSteps(List<StageRunner> stages, int batch, Threads threads, Scratch[] scratch) {
    this.stages = stages.toArray(StageRunner[]::new);
    this.batch = batch;
    this.threads = threads;
    this.scratch = scratch;
  }

  List<StageRunner> stages() {
    return List.of(stages);
  }

  void run(int steps) {
    if (stages.length > 0) {
      rows = steps * batch;
      threads.run(this);
    }
  }

  @Override
  public void run(int thread, int count) {
    int from = StageRunner.share(rows, thread, count);
    int to = StageRunner.share(rows, thread + 1, count);
    for (int s = 0; s < stages.length && from < to; s++) {
      stages[s].runRows(from, to, batch, scratch[thread]);
    }
  }
}
