package dev.unroll.examples;

import dev.unroll.format.json.JsonFields;
import dev.unroll.score.NabScore;
import dev.unroll.score.NabScore.Judged;
import dev.unroll.score.NabScore.Profile;
import dev.unroll.score.NabScore.Window;
import dev.unroll.score.NormalTail;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Column;
import dev.unroll.table.Table;
import dev.unroll.task.detect.Detector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Anomalies in series of servers, sensors and roads, scored as in the Numenta Anomaly Benchmark,
/// compared with the windowed Gaussian of its leaderboard. Each detector is trained on the first 15
/// % of its series.
final class NumentaBenchmark {

  static void main(String[] args) throws IOException {
    run(Path.of(args.length > 0 ? args[0] : "nab"), args.length > 1 ? Long.parseLong(args[1]) : 1);
  }

  /// Scores the series of a folder.
  ///
  /// @param folder with `windows.json` and the series that it names, `/` written as `__`
  /// @return the score of the detector in each profile
  static List<Double> run(Path folder, long seed) throws IOException {
    var file = folder.resolve("windows.json");
    var labels = JsonFields.parse(Files.readString(file), file.toString());
    var ours = new ArrayList<Judged>();
    var gaussian = new ArrayList<Judged>();
    for (var name : labels.keys()) {
      var table = Table.csv(folder.resolve(name.replace("/", "__")));
      var times = table.column("timestamp");
      var values = table.column("value").numbers();
      var windows = new ArrayList<Window>();
      for (var window : labels.list(name)) {
        var ends = String.valueOf(window).replaceAll("[\\[\\]]", "").split(", ");
        windows.add(new Window(row(times, ends[0]), row(times, ends[1])));
      }
      int learned = NabScore.probation(values.length);
      var series = Series.of(Arrays.copyOf(values, learned)).start(time(times, 0), step(times));
      var detector = Detector.training().seed(seed).train(series);
      ours.add(new Judged(distances(detector, values), windows));
      gaussian.add(new Judged(windowedGaussian(values), windows));
      IO.println("%s: %d steps, %d windows".formatted(name, values.length, windows.size()));
    }
    var scores = new ArrayList<Double>();
    for (var profile : Profile.ALL) {
      double score = NabScore.best(ours, profile).score();
      scores.add(score);
      IO.println(String.format(Locale.ROOT, "%-18s %6.2f   windowed Gaussian %6.2f", profile.name(),
          score, NabScore.best(gaussian, profile).score()));
    }
    return scores;
  }

  /// A row is a step, as for all detectors of the benchmark: some series have rows at irregular
  /// times.
  private static TimeStep step(Column times) {
    var minutes = new long[times.rows() - 1];
    for (int i = 0; i < minutes.length; i++) {
      minutes[i] = Duration.between(time(times, i), time(times, i + 1)).toMinutes();
    }
    Arrays.sort(minutes);
    return TimeStep.minutes(minutes[minutes.length / 2]);
  }

  private static LocalDateTime time(Column times, int row) {
    return LocalDateTime.parse(times.text(row).replace(' ', 'T'));
  }

  private static int row(Column times, String end) {
    var time = end.substring(0, 19);
    for (int row = 0; row < times.rows(); row++) {
      if (times.text(row).equals(time)) {
        return row;
      }
    }
    throw new IllegalArgumentException("no row has the time " + time);
  }

  private static double[] distances(Detector detector, double[] values) {
    var watch = detector.watch();
    return Arrays.stream(values).map(value -> watch.next(value).distance())
        .map(distance -> Double.isNaN(distance) ? 0 : distance).toArray();
  }

  /// The normal tail probability of a value given the last 1000 values.
  private static double[] windowedGaussian(double[] values) {
    var scores = new double[values.length];
    for (int t = 1; t < values.length; t++) {
      int from = Math.max(0, t - 1000);
      double mean = Arrays.stream(values, from, t).average().orElse(0);
      double variance = Arrays.stream(values, from, t).map(v -> (v - mean) * (v - mean)).average()
          .orElse(0);
      double deviation = variance == 0 ? 1e-6 : Math.sqrt(variance);
      scores[t] = 1 - NormalTail.twoSided(Math.abs(values[t] - mean) / deviation) / 2;
    }
    return scores;
  }
}
