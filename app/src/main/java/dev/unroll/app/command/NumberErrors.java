package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.data.Scales;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Padded;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.Structure;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The errors of predicted numbers in the units of the data, beside those of the mean of the
/// targets as the answer to everything.
///
/// @param mean the mean absolute error
/// @param root the root of the mean squared error
/// @param deviation the root of the mean squared error of the mean
record NumberErrors(double mean, double root, double deviation) {

  /// Runs a model on examples in its units.
  static NumberErrors of(Structure model, List<Example> examples, int batch, Scales scales,
      Engine engine) {
    var batches = Batches.byLength(examples, batch);
    var run = model.run(engine, new ModelBounds(batches.longestInput(), batches.longestTarget(),
        batches.batchSize(), false));
    int columns = batches.batch(0, 0).target().features().columns();
    var sums = new Sums(columns);
    for (int i = 0; i < batches.count(); i++) {
      var one = batches.batch(0, i);
      sums.add(run.predict(one), one.target(), one.samples(), scales);
    }
    return sums.errors();
  }

  private static final class Sums {
    private final double[] targets;
    private final double[] squares;
    private double absolute;
    private double squared;
    private long count;

    Sums(int columns) {
      targets = new double[columns];
      squares = new double[columns];
    }

    void add(Rows predicted, Padded target, int samples, Scales scales) {
      var right = target.features();
      var present = target.present();
      int columns = targets.length;
      for (int t = 0; t < target.steps(); t++) {
        for (int b = 0; b < samples; b++) {
          if (present.array()[present.offset() + t * target.batch() + b] > 0) {
            int row = (t * target.batch() + b) * columns;
            for (int j = 0; j < columns; j++) {
              double scale = scales.targetDivisor(j);
              double y = scale * predicted.array()[predicted.offset() + row + j];
              double asked = scale * right.array()[right.offset() + row + j];
              if (!Double.isNaN(asked)) {
                absolute += Math.abs(y - asked);
                squared += (y - asked) * (y - asked);
                targets[j] += asked;
                squares[j] += asked * asked;
                count += j == 0 ? 1 : 0;
              }
            }
          }
        }
      }
    }

    NumberErrors errors() {
      double variance = 0;
      for (int j = 0; j < targets.length; j++) {
        double mean = targets[j] / count;
        variance += Math.max(0, squares[j] / count - mean * mean);
      }
      double all = (double) count * targets.length;
      return new NumberErrors(absolute / all, Math.sqrt(squared / all),
          Math.sqrt(variance / targets.length));
    }
  }

  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mae", mean);
    fields.put("rmse", root);
    fields.put("rmseOfTheMean", deviation);
    return fields;
  }

  @Override
  public String toString() {
    return ("\n  %.4g  mean absolute error, in the units of the data"
        + "\n  %.4g  root mean squared error; %.4g if every answer were the mean")
        .formatted(mean, root, deviation);
  }
}
