package dev.unroll.score;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, arXiv 1510.03336): an alarm is
/// weighted by its position within a window around an anomaly, the earlier the better, and counts
/// once for each window; a false alarm is weighted by its distance after a window; a window without
/// an alarm is penalized.
///
/// ```
/// σ(y) = 2 / (1 + e^{5y}) − 1       y from −1, the first step of a window, to 0, its end; then in
/// units of the width
///                                     of the window, and −1 from 3 on and before the first window
/// S = Σ_windows max(tp σ / σ(−1), or −fn without an alarm) + Σ_false fp σ
/// score = 100 (S − S_null) / (S_perfect − S_null)
/// ```
///
/// The first 15 % of a series, at most 750 steps, are for learning and are not scored. As in the
/// benchmark, the threshold is the best one over all series together.
public final class NabScore {
  /// The share of a series that is for learning.
  private static final double PROBATION = 0.15;
  private static final double MOST_PROBATION = PROBATION * 5000;
  private static final double STEEPNESS = 5;
  private static final double FAR_BEHIND = 3;

  private NabScore() {}

  /// The weights of alarms.
  ///
  /// @param hit the weight of an alarm at the beginning of a window
  /// @param falseAlarm the cost of an alarm far from any window
  /// @param miss the cost of a window without an alarm
  public record Profile(String name, double hit, double falseAlarm, double miss) {
    /// The standard profile of the benchmark.
    public static final Profile STANDARD = new Profile("standard", 1, 0.11, 1);

    /// False alarms cost twice as much.
    public static final Profile LOW_FALSE_ALARMS = new Profile("few false alarms", 1, 0.22, 1);

    /// Missed windows cost twice as much.
    public static final Profile LOW_MISSES = new Profile("few misses", 1, 0.11, 2);

    /// The three profiles of the benchmark.
    public static final List<Profile> ALL = List.of(STANDARD, LOW_FALSE_ALARMS, LOW_MISSES);
  }

  /// The steps `from … to`, both inclusive.
  public record Window(int from, int to) {}

  /// One series.
  ///
  /// @param scores the anomaly score of each step, higher is more anomalous
  /// @param windows around the anomalies, ascending, not overlapping
  public record Judged(double[] scores, List<Window> windows) {}

  /// The result.
  ///
  /// @param score 100 for an alarm at the beginning of each window and no others, 0 for no alarms
  /// @param threshold the score from which there is an alarm
  /// @param raw S
  public record Result(double score, double threshold, double raw) {}

  /// The number of steps of a series that are for learning.
  public static int probation(int steps) {
    return (int) Math.ceil(Math.min(Math.floor(PROBATION * steps), MOST_PROBATION));
  }

  /// The score of a threshold.
  ///
  /// @throws IllegalArgumentException if no window is scored
  public static Result of(List<Judged> series, double threshold, Profile profile) {
    var sweep = new Sweep(series, profile, true);
    return sweep.result(threshold, sweep.sum(threshold));
  }

  /// The score of the best threshold.
  ///
  /// @throws IllegalArgumentException if no window is scored
  public static Result best(List<Judged> series, Profile profile) {
    return new Sweep(series, profile, true).best();
  }

  /// S of one series with a threshold, with nothing left out for learning.
  static double raw(Judged series, double threshold, Profile profile) {
    return new Sweep(List.of(series), profile, false).sum(threshold);
  }

  /// `σ(y)`.
  static double sigmoid(double y) {
    return y >= FAR_BEHIND ? -1 : 2 / (1 + StrictMath.exp(STEEPNESS * y)) - 1;
  }

  /// All scored steps, with the weight of an alarm at each.
  private static final class Sweep {
    private final Profile profile;
    private final double[] scores;
    private final double[] worths;

    /// The index of the window of each step over all series; −1 outside.
    private final int[] windowOf;
    private int windows;
    private int steps;

    Sweep(List<Judged> series, Profile profile, boolean learns) {
      this.profile = profile;
      int most = series.stream().mapToInt(s -> s.scores.length).sum();
      scores = new double[most];
      worths = new double[most];
      windowOf = new int[most];
      for (var one : series) {
        add(one, learns ? probation(one.scores.length) : 0);
      }
    }

    private void add(Judged series, int from) {
      int next = 0;
      int last = -1;
      for (int i = 0; i < series.scores.length; i++) {
        while (next < series.windows.size() && series.windows.get(next).to < i) {
          last = next++;
        }
        boolean inside = next < series.windows.size() && series.windows.get(next).from <= i;
        if (i < from) {
          continue;
        }
        scores[steps] = series.scores[i];
        windowOf[steps] = inside ? windows + next : -1;
        if (inside) {
          var window = series.windows.get(next);
          double width = window.to - window.from + 1;
          worths[steps] =
              profile.hit * sigmoid(-(window.to - i + 1) / width) / sigmoid(-1);
        } else if (last < 0) {
          worths[steps] = -profile.falseAlarm;
        } else {
          var window = series.windows.get(last);
          worths[steps] = profile.falseAlarm
              * sigmoid((i - window.to) / (double) (window.to - window.from));
        }
        steps++;
      }
      windows += series.windows.size();
    }

    /// The windows with a scored step.
    private boolean[] judged() {
      var judged = new boolean[windows];
      for (int i = 0; i < steps; i++) {
        if (windowOf[i] >= 0) {
          judged[windowOf[i]] = true;
        }
      }
      return judged;
    }

    private double[] missed() {
      var best = new double[windows];
      var judged = judged();
      for (int w = 0; w < windows; w++) {
        best[w] = judged[w] ? -profile.miss : 0;
      }
      return best;
    }

    double sum(double threshold) {
      var best = missed();
      double sum = 0;
      for (int i = 0; i < steps; i++) {
        if (scores[i] >= threshold) {
          sum += alarm(i, best);
        }
      }
      return sum + Arrays.stream(best).sum();
    }

    /// Adds an alarm; returns its weight if it is false.
    private double alarm(int i, double[] best) {
      if (windowOf[i] < 0) {
        return worths[i];
      }
      best[windowOf[i]] = Math.max(best[windowOf[i]], worths[i]);
      return 0;
    }

    Result best() {
      int[] order = IntStream.range(0, steps).boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
          .mapToInt(Integer::intValue).toArray();
      var windows = missed();
      double inWindows = Arrays.stream(windows).sum();
      double most = inWindows;
      double threshold = Double.POSITIVE_INFINITY;
      double outside = 0;
      for (int at = 0; at < steps;) {
        double score = scores[order[at]];
        for (; at < steps && scores[order[at]] == score; at++) {
          int i = order[at];
          double before = windowOf[i] < 0 ? 0 : windows[windowOf[i]];
          outside += alarm(i, windows);
          inWindows += windowOf[i] < 0 ? 0 : windows[windowOf[i]] - before;
        }
        if (outside + inWindows > most) {
          most = outside + inWindows;
          threshold = score;
        }
      }
      return result(threshold, most);
    }

    Result result(double threshold, double raw) {
      int count = 0;
      for (boolean one : judged()) {
        count += one ? 1 : 0;
      }
      if (count == 0) {
        throw new IllegalArgumentException(
            "no window around an anomaly is judged; bring at least one");
      }
      double nothing = -profile.miss * count;
      return new Result(100 * (raw - nothing) / (profile.hit * count - nothing), threshold, raw);
    }
  }
}
