package dev.unroll.kernel.run;

import dev.unroll.kernel.StageClock;

/// A stage whose time is measured.
final class TimedStage implements StageRunner {
  private final StageRunner stage;
  private final StageClock clock;

  /// The multiply-adds of a row, if it is a product.
  private final double multiplyAdds;

  TimedStage(StageRunner stage, StageClock clock) {
    this.stage = stage;
    this.clock = clock;
    multiplyAdds = stage.isProduct() ? stage.work() : 0;
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    long start = System.nanoTime();
    stage.run(t, from, to, scratch);
    clock.add(scratch.thread(), start, multiplyAdds * (to - from));
  }

  @Override
  public void runRows(int from, int to, int batch, Scratch scratch) {
    long start = System.nanoTime();
    stage.runRows(from, to, batch, scratch);
    clock.add(scratch.thread(), start, multiplyAdds * (to - from));
  }

  @Override
  public void runUnits(int t, int batch, int from, int to, Scratch scratch) {
    long start = System.nanoTime();
    stage.runUnits(t, batch, from, to, scratch);
    clock.add(scratch.thread(), start, multiplyAdds * batch * (to - from) / units());
  }

  @Override
  public void runShare(int t, int batch, int thread, int threads, Scratch scratch) {
    long start = System.nanoTime();
    stage.runShare(t, batch, thread, threads, scratch);
    clock.add(scratch.thread(), start, multiplyAdds * batch / threads);
  }

  @Override
  public int units() {
    return stage.units();
  }

  @Override
  public int grain() {
    return stage.grain();
  }

  @Override
  public long work() {
    return stage.work();
  }

  @Override
  public boolean isProduct() {
    return stage.isProduct();
  }

  @Override
  public boolean isWarm() {
    return stage.isWarm();
  }

  @Override
  public String toString() {
    return stage.toString();
  }
}
