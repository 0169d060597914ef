package dev.unroll.inspect;

import java.util.Locale;

/// How much of the gradient of an answer is left k steps before it, for one state of one layer.
///
/// ```
/// norms[k] = mean over positions t of ‖∂L_t/∂s_{t−k}‖        s_{t−k} the state after step t − k
/// norms[k] ≈ a · rate^k                                      for the lags k from `from` to `to`
/// ```
///
/// The total derivative: of all paths from the state to the answer. The rate is that of the line of least
/// squares through the logarithms, and the verdict is by it and its error, so that the same rate has the same
/// verdict over few lags and over many. Where norms fall to zero, or so low that a `float` soon holds none, the
/// fit ends; it leaves out lag 0 where there are others, as at lag 0 the answer sees the state directly.
///
/// The arrays are shared and not to be written.
///
/// Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063.
///
/// @param layer the layer's name
/// @param reversed whether the layer runs against time, so that a lag leads to later steps
/// @param state the state's name, without prime
/// @param norms by lag
/// @param counts by lag, the number of positions of the mean: not every position has so much before it
public record LagProfile(
    String layer, boolean reversed, String state, double[] norms, int[] counts) {
  /// Below this, products of the backward pass end in what a `float` cannot hold.
  private static final double LEAST = 1e-30;

  /// A change over all lags of the fit that is no more than this, up or down, is none, however sure.
  private static final double NONE = Math.log(1.05);

  /// One that is no more than this may be chance, where its error allows.
  private static final double SMALL = Math.log(2);

  /// A rate that is so many of its errors from 1 is told apart from it.
  private static final double SURE = 2;

  /// What the gradient does from lag to lag.
  public enum Verdict {
    /// It falls: its rate is below 1 by more than the error, or it falls to zero.
    VANISHES,
    /// It grows: its rate is above 1 by more than the error, or it is beyond all numbers.
    EXPLODES,
    /// Neither: over all lags that were fitted it changes by less than 5 %, or by less than a factor of 2 and
    /// no rate can be told from 1.
    STEADY,
    /// There are gradients that are no numbers, and none grew before them: the model itself is broken.
    NOT_FINITE
  }

  /// @throws IllegalArgumentException if there is no lag
  public LagProfile {
    if (norms.length == 0 || norms.length != counts.length) {
      throw new IllegalArgumentException(
          "a profile of %d norms and %d counts; expected as many, at least 1"
              .formatted(norms.length, counts.length));
    }
  }

  /// The first lag of the fit.
  public int from() {
    int first = norms.length > 2 ? 1 : 0;
    for (int k = first; k < norms.length; k++) {
      if (fits(k)) {
        return k;
      }
    }
    return first;
  }

  /// The last lag of the fit: up to there all norms are finite and above zero.
  public int to() {
    int k = from();
    while (k + 1 < norms.length && fits(k + 1)) {
      k++;
    }
    return k;
  }

  private boolean fits(int k) {
    return counts[k] > 0 && Double.isFinite(norms[k]) && norms[k] > LEAST;
  }

  /// The factor by which the gradient changes with each step back; 0 where nothing comes back at all, NaN
  /// where there is one lag only, or no finite gradient before those that are no numbers.
  public double rate() {
    if (norms.length < 2) {
      return Double.NaN;
    }
    int from = from();
    int to = to();
    if (to == from) {
      return firstNotFinite();
    }
    return Math.exp(slope(from, to));
  }

  /// The slope of the line through the logarithms.
  private double slope(int from, int to) {
    double meanLag = (from + to) / 2.0;
    double above = 0;
    for (int k = from; k <= to; k++) {
      above += (k - meanLag) * Math.log(norms[k]);
    }
    return above / spread(from, to);
  }

  /// Σ (k − mean of k)²
  private static double spread(int from, int to) {
    double meanLag = (from + to) / 2.0;
    double sum = 0;
    for (int k = from; k <= to; k++) {
      sum += (k - meanLag) * (k - meanLag);
    }
    return sum;
  }

  /// The standard error of the logarithm of [#rate], by how far the norms lie from the fitted line; what lies
  /// beside it for long, as a bend does, counts as fewer independent norms (the correlation of neighbours).
  /// 0 where the fit has two lags, which have no error, or fewer.
  public double error() {
    int from = from();
    int to = to();
    int n = to - from + 1;
    if (n < 3) {
      return 0;
    }
    double slope = slope(from, to);
    double mean = 0;
    for (int k = from; k <= to; k++) {
      mean += Math.log(norms[k]) / n;
    }
    double squares = 0;
    double neighbours = 0;
    double before = 0;
    for (int k = from; k <= to; k++) {
      double beside = Math.log(norms[k]) - mean - slope * (k - (from + to) / 2.0);
      squares += beside * beside;
      neighbours += beside * before;
      before = beside;
    }
    double correlation = squares == 0 ? 0 : Math.clamp(neighbours / squares, 0, 0.99);
    return Math.sqrt(squares / (n - 2) / spread(from, to) * (1 + correlation) / (1 - correlation));
  }

  /// The first norm that is infinite or NaN; 0 where all are finite.
  private double firstNotFinite() {
    for (double norm : norms) {
      if (!Double.isFinite(norm)) {
        return norm;
      }
    }
    return 0;
  }

  /// How many steps back the gradient falls to one half, by the rate; infinite where it does not fall.
  public double halfLife() {
    double rate = rate();
    return rate < 1 ? -Math.log(2) / Math.log(rate) : Double.POSITIVE_INFINITY;
  }

  /// How many steps back the gradient doubles, by the rate; infinite where it does not grow.
  public double doublingTime() {
    double rate = rate();
    return rate > 1 ? Math.log(2) / Math.log(rate) : Double.POSITIVE_INFINITY;
  }

  /// What is left of the gradient at a lag: its norm as a share of that at the first lag that has one, which
  /// is lag 0 for a state that the answer sees; 0 where nothing comes back at all.
  public double share(int lag) {
    for (double norm : norms) {
      if (norm != 0) {
        return norms[lag] / norm;
      }
    }
    return 0;
  }

  /// The last lag at which the gradient is at least this share of its largest norm.
  ///
  /// @param share such as 0.001, below which next to nothing is learned
  public int reach(double share) {
    double most = 0;
    for (double norm : norms) {
      most = Math.max(most, norm);
    }
    int last = 0;
    for (int k = 0; k < norms.length; k++) {
      if (counts[k] > 0 && norms[k] >= share * most) {
        last = k;
      }
    }
    return last;
  }

  /// What the gradient does, by its rate over the lags of the fit and the error of that.
  public Verdict verdict() {
    double broken = firstNotFinite();
    if (broken != 0) {
      // What overflows may end as the difference of infinities.
      boolean grew = to() > from() && slope(from(), to()) > 0;
      return Double.isNaN(broken) && !grew ? Verdict.NOT_FINITE : Verdict.EXPLODES;
    }
    if (to() + 1 < norms.length && counts[to() + 1] > 0) {
      return Verdict.VANISHES;
    }
    int lags = to() - from();
    if (lags == 0) {
      return Verdict.STEADY;
    }
    double slope = slope(from(), to());
    double change = Math.abs(slope) * lags;
    boolean sure = Math.abs(slope) > SURE * error();
    return change > NONE && (sure || change > SMALL)
        ? slope < 0 ? Verdict.VANISHES : Verdict.EXPLODES
        : Verdict.STEADY;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT,
        "%s of %s: %s, rate %.4f a step, half-life %.1f (lags %d to %d)",
        state, layer, verdict(), rate(), halfLife(), from(), to());
  }
}
