package dev.unroll.kernel.run;

import dev.unroll.kernel.Threads;
import dev.unroll.kernel.WorkSplit;
import java.util.List;

/// The stages of a pass that are run step by step, on a team of threads.
///
/// The work is divided by a [Division], chosen once; the results do not depend on it.
final class TimeLoop implements Threads.Task {
  private final StageRunner[] stages;
  private final boolean againstTime;
  private final int batch;
  private final Division division;
  private final Threads threads;
  private final Scratch[] scratch;
  private final long work;

  /// The steps and samples of the pass that runs.
  private int first;
  private int steps;
  private int samples;

  TimeLoop(List<StageRunner> stages, boolean againstTime, int batch, Division division,
      Threads threads, Scratch[] scratch) {
    this.stages = stages.toArray(StageRunner[]::new);
    this.againstTime = againstTime;
    this.batch = batch;
    this.division = division;
    this.threads = threads;
    this.scratch = scratch;
    work = stages.stream().mapToLong(StageRunner::work).sum();
  }

  Division division() {
    return division;
  }

  List<StageRunner> stages() {
    return List.of(stages);
  }

  void run(int steps) {
    run(0, steps, batch);
  }

  /// Runs the steps `[from, to)` for the first `samples ≤ B` samples only.
  void run(int from, int to, int samples) {
    if (stages.length > 0) {
      first = from;
      steps = to - from;
      this.samples = samples;
      if (division.isAlone(samples, batch)) {
        samples(0, samples, scratch[0]);
      } else if (division.way() == Division.Way.SAMPLES || division.isFree()) {
        threads.run(this, (double) work * samples * this.steps);
      } else {
        threads.run(this);
      }
    }
  }

  @Override
  public void run(int thread, int count) {
    switch (division.way()) {
      case ALONE, SAMPLES -> samples(WorkSplit.share(samples, thread, count),
          WorkSplit.share(samples, thread + 1, count), scratch[thread]);
      case UNITS -> units(thread, count);
      case STAGES -> stages(thread, count);
    }
  }

  private int step(int i) {
    return first + (againstTime ? steps - 1 - i : i);
  }

  private void samples(int from, int to, Scratch scratch) {
    for (int i = 0; i < steps && from < to; i++) {
      scratch.turn();
      for (var stage : stages) {
        stage.run(step(i), from, to, scratch);
      }
    }
  }

  private void units(int thread, int count) {
    int from = WorkSplit.share(division.units(), division.grain(), thread, count);
    int to = WorkSplit.share(division.units(), division.grain(), thread + 1, count);
    for (int i = 0; i < steps; i++) {
      scratch[thread].turn();
      for (int s = 0; s < stages.length; s++) {
        if (division.meetsBefore(s)) {
          threads.meet(thread);
        }
        if (from < to) {
          stages[s].runUnits(step(i), samples, from, to, scratch[thread]);
        }
      }
    }
  }

  private void stages(int thread, int count) {
    for (int i = 0; i < steps; i++) {
      scratch[thread].turn();
      for (int s = 0; s < stages.length; s++) {
        if (division.meetsBefore(s)) {
          threads.meet(thread);
        }
        stages[s].runShare(step(i), samples, thread, count, scratch[thread]);
      }
    }
  }
}
