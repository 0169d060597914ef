package dev.unroll.inspect;

import java.util.Locale;

/// How much of the gradient of an output is left k steps before it, for one state of one layer.
///
/// ```
/// norms[0] = mean over positions t of ‖∂L_t/∂s_t‖            s_{t−k} the state after step t − k
/// norms[k] = norms[k−1] · mean ‖∂L_t/∂s_{t−k}‖ / mean ‖∂L_t/∂s_{t−k+1}‖
///                            both means over the positions that have k steps before them
/// norms[k] ≈ a · rate^k      for the lags k from `from` to `to`
/// ```
///
/// Each factor compares the same positions. Where all of them have all lags, `norms[k]` is the mean
/// at lag k; else such means would be over fewer positions from lag to lag, and a few long
/// sequences with small gradients would look like a gradient that vanishes. A factor is that of the
/// means alone where the mean at the lag before is not finite or hardly above zero.
///
/// It is the total derivative: through all paths from the state to the output. The rate is the
/// slope of the line through the logarithms, by least squares weighted by `counts`, and the verdict
/// depends on it and its error, so that the same rate has the same verdict over few lags and over
/// many. Where norms fall to zero, or too low for a `float`, the fit ends; it leaves out lag 0 if
/// there are others, as at lag 0 the output sees the state directly.
///
/// The arrays are shared and must not be written.
///
/// Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013, arXiv
/// 1211.5063.
///
/// @param layer the layer's name
/// @param reversed whether the layer runs backward in time, so that a lag leads to later steps
/// @param state the state's name, without prime
/// @param norms by lag
/// @param counts by lag, the number of positions in the means: not every position has that many
///     steps before it
public record LagProfile(
    String layer, boolean reversed, String state, double[] norms, int[] counts) {
  /// The norm below which products of the backward pass may underflow in a `float`.
  static final double LEAST = 1e-30;

  /// A change over all lags of the fit of at most this, up or down, counts as none, however
  /// significant.
  private static final double NONE = Math.log(1.05);

  /// A change of at most this counts as none if it is not significant.
  private static final double SMALL = Math.log(2);

  /// A rate is significantly different from 1 if it is this many standard errors away.
  private static final double SURE = 2;

  /// How the gradient changes from lag to lag.
  public enum Verdict {
    /// It falls: its rate is below 1 by more than the error, or it falls to zero.
    VANISHES,
    /// It grows: its rate is above 1 by more than the error, or it overflows.
    EXPLODES,
    /// Neither: over all fitted lags it changes by less than 5 %, or by less than a factor of 2 and
    /// not significantly.
    STEADY,
    /// There are gradients that are NaN, and none grew before them: the model itself is broken.
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

  /// The factor by which the gradient changes with each step back; 0 if it is zero everywhere, NaN
  /// if there is one lag only, or no finite gradient before a NaN.
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
    double meanLag = meanLag(from, to);
    double above = 0;
    for (int k = from; k <= to; k++) {
      above += counts[k] * (k - meanLag) * Math.log(norms[k]);
    }
    return above / spread(from, to);
  }

  private double meanLag(int from, int to) {
    double sum = 0;
    for (int k = from; k <= to; k++) {
      sum += (double) counts[k] * k;
    }
    return sum / positions(from, to);
  }

  /// Σ counts
  private double positions(int from, int to) {
    double sum = 0;
    for (int k = from; k <= to; k++) {
      sum += counts[k];
    }
    return sum;
  }

  /// Σ counts · (k − mean of k)²
  private double spread(int from, int to) {
    double meanLag = meanLag(from, to);
    double sum = 0;
    for (int k = from; k <= to; k++) {
      sum += counts[k] * (k - meanLag) * (k - meanLag);
    }
    return sum;
  }

  /// The standard error of the logarithm of [#rate], from the distances of the norms to the fitted
  /// line; correlated residuals, as in a bend, count as fewer independent norms (the correlation of
  /// adjacent ones). 0 if the fit has two lags, which have no error, or fewer.
  public double error() {
    int from = from();
    int to = to();
    int n = to - from + 1;
    if (n < 3) {
      return 0;
    }
    double slope = slope(from, to);
    double meanLag = meanLag(from, to);
    double positions = positions(from, to);
    double mean = 0;
    for (int k = from; k <= to; k++) {
      mean += counts[k] * Math.log(norms[k]) / positions;
    }
    double squares = 0;
    double neighbours = 0;
    double before = 0;
    for (int k = from; k <= to; k++) {
      double beside =
          Math.sqrt(counts[k]) * (Math.log(norms[k]) - mean - slope * (k - meanLag));
      squares += beside * beside;
      neighbours += beside * before;
      before = beside;
    }
    double correlation = squares == 0 ? 0 : Math.clamp(neighbours / squares, 0, 0.99);
    return Math.sqrt(squares / (n - 2) / spread(from, to) * (1 + correlation) / (1 - correlation));
  }

  /// The first norm that is infinite or NaN; 0 if all are finite.
  private double firstNotFinite() {
    for (double norm : norms) {
      if (!Double.isFinite(norm)) {
        return norm;
      }
    }
    return 0;
  }

  /// The number of steps back in which the gradient halves, by the rate; infinite if it does not
  /// fall.
  public double halfLife() {
    double rate = rate();
    return rate < 1 ? -Math.log(2) / Math.log(rate) : Double.POSITIVE_INFINITY;
  }

  /// The number of steps back in which the gradient doubles, by the rate; infinite if it does not
  /// grow.
  public double doublingTime() {
    double rate = rate();
    return rate > 1 ? Math.log(2) / Math.log(rate) : Double.POSITIVE_INFINITY;
  }

  /// The share of the gradient at a lag: its norm relative to that at the first lag that has one,
  /// which is lag 0 for a state that the output sees; 0 if it is zero everywhere.
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
  /// @param share such as 0.001, below which hardly anything is learned
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

  /// The verdict, by the rate over the lags of the fit and its error.
  public Verdict verdict() {
    double broken = firstNotFinite();
    if (broken != 0) {
      // Values that overflow may end as the difference of infinities.
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
