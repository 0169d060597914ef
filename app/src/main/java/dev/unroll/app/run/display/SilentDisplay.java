package dev.unroll.app.run.display;

import dev.unroll.train.TrainingListener.Step;

/// Shows nothing.
final class SilentDisplay implements Display {
  @Override
  public void print(String text) {}

  @Override
  public void step(Step step, int epochs) {}

  @Override
  public void clear() {}
}
