package dev.unroll.train;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.model.Model;
import dev.unroll.model.ModelRun;
import dev.unroll.model.loss.Score;

/// How well a model predicts.
public final class Evaluation {
  private Evaluation() {}

  /// The loss of a model on batches, and how much is right. Of the batches that it was validated on, it is
  /// what training found, to the bit.
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
