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
/// squares through the logarithms. Where norms fall to zero, or so low that a `float` soon holds none, the
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
  /// Below this, products of the way back end in what a `float` cannot hold.
  private static final double LEAST = 1e-30;

  /// A gradient that falls, or grows, by more than this factor over the lags that were fitted is said to
  /// do so.
  private static final double CLEAR = 10;

  /// What the gradient does from lag to lag.
  public enum Verdict {
    /// It falls to less than a tenth over the lags that there are.
    VANISHES,
    /// It grows to more than ten times as much, or beyond all numbers.
    EXPLODES,
    /// Neither.
    STEADY
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
    return norms.length > 2 ? 1 : 0;
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
  /// where there is one lag only.
  public double rate() {
    if (norms.length < 2) {
      return Double.NaN;
    }
    int from = from();
    int to = to();
    if (to == from) {
      return isInfinite() ? Double.POSITIVE_INFINITY : 0;
    }
    double meanLag = (from + to) / 2.0;
    double above = 0;
    double below = 0;
    for (int k = from; k <= to; k++) {
      above += (k - meanLag) * Math.log(norms[k]);
      below += (k - meanLag) * (k - meanLag);
    }
    return Math.exp(above / below);
  }

  private boolean isInfinite() {
    for (double norm : norms) {
      if (!Double.isFinite(norm)) {
        return true;
      }
    }
    return false;
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

  /// What the gradient does, by its rate over the lags of the fit.
  public Verdict verdict() {
    if (isInfinite()) {
      return Verdict.EXPLODES;
    }
    boolean ends = to() + 1 < norms.length && counts[to() + 1] > 0;
    double change = Math.pow(rate(), to() - from());
    return ends || change < 1 / CLEAR ? Verdict.VANISHES
        : change > CLEAR ? Verdict.EXPLODES : Verdict.STEADY;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT,
        "%s of %s: %s, rate %.4f a step, half-life %.1f (lags %d to %d)",
        state, layer, verdict(), rate(), halfLife(), from(), to());
  }
}
