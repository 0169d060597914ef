package dev.unroll.train;

import dev.unroll.data.Batches;
import dev.unroll.data.TextBatches;
import dev.unroll.kernel.Engine;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModelRun;
import dev.unroll.model.Model;
import dev.unroll.model.ModelRun;
import dev.unroll.model.Score;

/// How well a model predicts.
public final class Evaluation {
  /// Streams read side by side: few, as each begins without a past.
  private static final int STREAMS = 16;

  private static final int TIME = 128;

  private Evaluation() {}

  /// The mean of `−log p` of each character given those before it, in nats. The text is read as up
  /// to 16 streams side by side, each of which begins without a past. It is what training finds for
  /// the validation part, to the bit.
  ///
  /// @throws dev.unroll.data.DataException if the text has fewer than two characters
  public static double loss(LanguageModel model, int[] symbols, Engine engine) {
    var batches = batches(symbols);
    return score(model.run(engine, batches.time(), batches.batch(), false), batches).mean();
  }

  /// The loss of a model on batches, and how much is right.
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

  static TextBatches batches(int[] symbols) {
    return TextBatches.atMost(symbols, STREAMS, TIME);
  }

  static Score score(LanguageModelRun run, TextBatches batches) {
    int[] inputs = new int[batches.time() * batches.batch()];
    int[] targets = new int[inputs.length];
    run.reset();
    double sum = 0;
    for (int k = 0; k < batches.chunks(); k++) {
      int time = batches.fill(k, inputs, targets);
      sum += run.evaluate(inputs, targets, time);
    }
    return new Score(sum, batches.predicted(), 0);
  }
}
