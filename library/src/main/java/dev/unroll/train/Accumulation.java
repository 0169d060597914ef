package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.kernel.DescentSteps;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;

/// Gradient accumulation: the gradient of the mean loss over several batches,
///
/// ```
/// g = Σ_i n_i g_i / Σ_i n_i       g_i of the mean loss of batch i, over n_i
/// ```
///
/// which is the gradient of one large batch, however the small ones were padded.
final class Accumulation {
  private final float[] gradients;
  private final float[] sums;
  private final WorkSplit add;
  private final WorkSplit divide;
  private Score score = Score.NONE;
  private float count;

  Accumulation(Engine engine, Parameters parameters) {
    gradients = parameters.gradients();
    sums = new float[gradients.length];
    add = engine.split(1024, this::add);
    divide = engine.split(1024, this::divide);
  }

  void begin() {
    Arrays.fill(gradients, 0f);
    Arrays.fill(sums, 0f);
    score = Score.NONE;
  }

  /// Adds the gradients of a batch and clears them for the next.
  void add(Score batch) {
    score = score.plus(batch);
    count = batch.count();
    add.run(gradients.length);
  }

  private void add(int from, int to) {
    DescentSteps.add(sums, gradients, from, to, count);
    Arrays.fill(gradients, from, to, 0f);
  }

  /// Writes the gradients of all batches since [#begin].
  Score end() {
    count = Math.max(1, score.count());
    divide.run(gradients.length);
    return score;
  }

  private void divide(int from, int to) {
    DescentSteps.add(gradients, sums, from, to, 1 / count);
  }
}
