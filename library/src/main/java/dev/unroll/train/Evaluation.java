package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.model.Model;
import dev.unroll.model.ModelRun;
import dev.unroll.model.loss.Score;

/// Evaluates a model.
public final class Evaluation {
  private Evaluation() {}

  /// The loss and the accuracy of a model on batches. On the batches that it was validated on, the
  /// result is that of training, to the bit.
  public static Score score(Model model, Batches batches, Engine engine) {
    return score(model.run(engine, ModelLearner.bounds(batches, false)), batches);
  }

  static Score score(ModelRun run, Batches batches) {
    var score = Score.NONE;
    for (int i = 0; i < batches.count(); i++) {
      score = score.plus(run.evaluate(batches.batch(0, i)));
    }
    return score;
  }
}
