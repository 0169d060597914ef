package dev.unroll.task.detect;

import dev.unroll.model.SequenceToVector;
import dev.unroll.score.NabScore;
import dev.unroll.score.NabScore.Judged;
import dev.unroll.score.NabScore.Profile;
import dev.unroll.score.NabScore.Window;
import dev.unroll.score.NormalTail;
import dev.unroll.task.detect.DetectorReport.Figures;
import java.util.Arrays;
import java.util.List;

/// The distances of all steps of a series, NaN where one is not judged, and what follows from them.
final class Distances {
  private Distances() {}

  /// Those of a detector.
  static double[] of(SequenceToVector model, DetectorTask task, double[] values) {
    var distances = new double[values.length];
    var watch = new Watch(model, task);
    for (int t = 0; t < values.length; t++) {
      distances[t] = watch.next(values[t]).distance();
    }
    return distances;
  }

  /// Those of the windowed Gaussian: the values themselves as errors.
  static double[] gaussian(DetectorTask task, double[] values) {
    var distances = new double[values.length];
    var surprise = new Surprise();
    var before = new float[task.memory()];
    int count = 0;
    for (int t = 0; t < values.length; t++) {
      distances[t] = Double.NaN;
      if (!Double.isNaN(values[t])) {
        float value = task.scale().apply(values[t]);
        surprise.measure(before, 0, Math.min(count, before.length));
        distances[t] = surprise.distance(value);
        before[count++ % before.length] = value;
      }
    }
    return distances;
  }

  /// The distance that the wanted share of normal values exceeds. The distances have a heavier tail
  /// than the normal distribution, so they are modeled as normal ones times a factor that makes
  /// their 99 % quantile fit. Steps that are not judged do not count.
  static double threshold(double[] distances, double alarmRate) {
    var judged = Arrays.stream(distances).filter(d -> !Double.isNaN(d)).sorted().toArray();
    double found = judged.length == 0 ? 0 : judged[(int) (0.99 * (judged.length - 1))];
    return Math.max(1, found / NormalTail.quantile(0.01)) * NormalTail.quantile(alarmRate);
  }

  /// The alarms, where anomalies are not known.
  static Figures figures(double[] distances, double threshold) {
    return new Figures(Arrays.stream(distances).filter(d -> !Double.isNaN(d)).count(),
        Arrays.stream(distances).filter(d -> d > threshold).count(), threshold, Double.NaN,
        Double.NaN, Double.NaN, Double.NaN);
  }

  /// The alarms beside known anomalies.
  static Figures figures(double[] distances, double threshold, List<Window> windows) {
    var odd = new boolean[distances.length];
    windows.forEach(w -> Arrays.fill(odd, w.from(), w.to() + 1, true));
    long right = 0;
    long odds = 0;
    for (int t = 0; t < odd.length; t++) {
      right += odd[t] && distances[t] > threshold ? 1 : 0;
      odds += odd[t] && !Double.isNaN(distances[t]) ? 1 : 0;
    }
    var plain = figures(distances, threshold);
    double precision = (double) right / plain.alarms();
    double recall = (double) right / odds;
    double f1 = 2.0 * right / (plain.alarms() + odds);
    return new Figures(plain.judged(), plain.alarms(), threshold, precision, recall, f1,
        nab(distances, threshold, windows));
  }

  /// NaN if no window is scored.
  private static double nab(double[] distances, double threshold, List<Window> windows) {
    int learned = NabScore.probation(distances.length);
    if (windows.stream().noneMatch(w -> w.to() >= learned)) {
      return Double.NaN;
    }
    var scores = Arrays.stream(distances).map(d -> Double.isNaN(d) ? 0 : d).toArray();
    return NabScore.of(List.of(new Judged(scores, windows)), Math.nextUp(threshold),
        Profile.STANDARD).score();
  }
}
