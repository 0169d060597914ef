package dev.unroll.layer.run;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Masks.MaskRule;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// A mask that is drawn for each step, with the same bits for any number of threads.
public final class StepMask {
  private final Rows mask;
  private final int batch;
  private final MaskRule rule;
  private final CounterRandom random;
  private final WorkSplit draws;

  /// A source of random numbers for each step of a sequence, created as needed.
  private CounterRandom[] steps = {};

  private int first;
  private long draw;

  /// @param mask `[T, B, size]`, the memory of the mask
  /// @param random the source of the numbers of this mask alone
  public StepMask(Engine engine, Rows mask, int batch, MaskRule rule, CounterRandom random) {
    this.mask = mask;
    this.batch = batch;
    this.rule = rule;
    this.random = random;
    draws = engine.split(1, this::draw);
  }

  /// Draws the mask of the steps of a span.
  public void draw(Span span) {
    first = span.first();
    draw = span.dropoutStep();
    int known = steps.length;
    if (known < first + span.steps()) {
      steps = Arrays.copyOf(steps, first + span.steps());
      for (int t = known; t < steps.length; t++) {
        steps[t] = random.stream(t);
      }
    }
    draws.run(span.steps());
  }

  private void draw(int from, int to) {
    int row = batch * mask.columns();
    for (int t = from; t < to; t++) {
      int offset = mask.offset() + t * row;
      steps[first + t].uniforms(draw, mask.array(), offset, row);
      rule.apply(mask.array(), offset, row);
    }
  }
}
