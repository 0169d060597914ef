package dev.unroll.train;

import dev.unroll.data.TextBatches;
import dev.unroll.kernel.Engine;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModelRun;

/// How well a model predicts a text.
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
    return loss(model.run(engine, batches.time(), batches.batch(), false), batches);
  }

  static TextBatches batches(int[] symbols) {
    return TextBatches.atMost(symbols, STREAMS, TIME);
  }

  static double loss(LanguageModelRun run, TextBatches batches) {
    int[] inputs = new int[batches.time() * batches.batch()];
    int[] targets = new int[inputs.length];
    run.reset();
    double sum = 0;
    for (int k = 0; k < batches.chunks(); k++) {
      int time = batches.fill(k, inputs, targets);
      sum += run.evaluate(inputs, targets, time);
    }
    return sum / batches.predicted();
  }
}
