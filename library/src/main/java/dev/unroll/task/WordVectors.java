package dev.unroll.task;

import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.SequenceToVector;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// Where the vectors of symbols begin, before they are learned.
///
/// The first numbers of a vector say how much more often its symbol occurs in texts of a class than
/// in those of the others, as naive Bayes does (Wang and Manning 2012, "Baselines and bigrams",
/// whose ratio it is); there is one number for two classes, and for more of them one for each. The
/// others are random and small: a symbol that is rare keeps them, and what it says is noise.
///
/// ```
/// r = log((n_c + 1) / Σ (n_c + 1)) − log((n_¬c + 1) / Σ (n_¬c + 1))       n texts to train on with it
/// E = (r / 2, …, random / 5, …)          E = 0 of the unknown symbol, which says nothing until it has learned
/// ```
final class WordVectors {
  /// With more classes nothing is left of the vector for what is learned.
  private static final int MOST_CLASSES = 32;
  private static final float LEANING = 0.5f;
  private static final float RANDOM = 0.2f;

  private WordVectors() {}

  /// Sets the vectors of a model that was not trained yet.
  ///
  /// @param inputs to train on
  /// @param classes of each
  static void begin(SequenceToVector model, List<Values> inputs, int[] classes) {
    int count = model.architecture().outputs().targets();
    for (var block : model.parameters().blocks()) {
      if (block.name().equals("embedding.E")) {
        float[] values = model.parameters().values();
        for (int i = block.offset(); i < block.offset() + block.length(); i++) {
          values[i] *= RANDOM;
        }
        int columns = count == 2 ? 1
            : count <= Math.min(MOST_CLASSES, block.columns()) ? count : 0;
        for (int c = 0; c < columns; c++) {
          double[] leaning = leaning(inputs, classes, c, block.rows());
          for (int symbol = 0; symbol < block.rows(); symbol++) {
            values[block.offset() + symbol * block.columns() + c] =
                (float) (LEANING * leaning[symbol]);
          }
        }
      }
    }
    model.silenceUnknown();
  }

  /// r of every symbol, for a class.
  static double[] leaning(List<Values> inputs, int[] classes, int label, int symbols) {
    double[] inside = new double[symbols];
    double[] outside = new double[symbols];
    Arrays.fill(inside, 1);
    Arrays.fill(outside, 1);
    for (int i = 0; i < classes.length; i++) {
      if (inputs.get(i) instanceof Symbols(var text)) {
        var seen = new HashSet<Integer>();
        for (int symbol : text) {
          if (seen.add(symbol)) {
            (classes[i] == label ? inside : outside)[symbol]++;
          }
        }
      }
    }
    double all = StrictMath.log(Arrays.stream(inside).sum() / Arrays.stream(outside).sum());
    double[] leaning = new double[symbols];
    for (int symbol = 0; symbol < symbols; symbol++) {
      leaning[symbol] = StrictMath.log(inside[symbol] / outside[symbol]) - all;
    }
    return leaning;
  }
}
