package dev.unroll.kernel.run;

import dev.unroll.kernel.Threads;
import dev.unroll.kernel.WorkSplit;
import java.util.List;

/// The stages of a pass that are run for all steps at once, on a team of threads: each takes its
/// own rows through all stages.
final class AllSteps implements Threads.Task {
  private final StageRunner[] stages;
  private final int batch;
  private final Threads threads;
  private final Scratch[] scratch;
  private final long work;

  /// The rows of the pass that runs, T·B, or of some of its steps.
  private int first;
  private int end;

  AllSteps(List<StageRunner> stages, int batch, Threads threads, Scratch[] scratch) {
    this.stages = stages.toArray(StageRunner[]::new);
    this.batch = batch;
    this.threads = threads;
    this.scratch = scratch;
    work = stages.stream().mapToLong(StageRunner::work).sum();
  }

  List<StageRunner> stages() {
    return List.of(stages);
  }

  void run(int steps) {
    runSteps(0, steps);
  }

  /// Runs the steps `[from, to)` only.
  void runSteps(int from, int to) {
    if (stages.length > 0) {
      first = from * batch;
      end = to * batch;
      threads.run(this, (double) work * (end - first));
    }
  }

  @Override
  public void run(int thread, int count) {
    int from = first + WorkSplit.share(end - first, thread, count);
    int to = first + WorkSplit.share(end - first, thread + 1, count);
    for (int s = 0; s < stages.length && from < to; s++) {
      stages[s].runRows(from, to, batch, scratch[thread]);
    }
  }
}
