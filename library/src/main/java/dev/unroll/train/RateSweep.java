package dev.unroll.train;

import dev.unroll.train.notation.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The learning-rate range test (Smith 2015, arXiv 1506.01186, section 3.3): a short run with a
/// learning rate that rises from step to step. Where the loss falls fastest is a good rate; where
/// it rises again training would diverge.
///
/// ```
/// rate_i = from · (to / from)^(i / (steps − 1))
/// s_i = β s_{i−1} + (1 − β) loss_i        ŝ_i = s_i / (1 − β^{i+1})        β = 0.9
/// ```
///
/// The test ends early when ŝ is four times its lowest, or no longer finite.
///
/// @param rates of the steps
/// @param losses of the steps, before each step
/// @param smoothed ŝ
public record RateSweep(List<Double> rates, List<Double> losses, List<Double> smoothed) {
  private static final double BETA = 0.9;
  private static final double DIVERGED = 4;

  /// The rate at which ŝ falls fastest with the logarithm of the rate, measured over a fifth of the
  /// test around it, as batches vary; the first rate if the loss never falls.
  public double suggestion() {
    double steepest = 0;
    double rate = rates.isEmpty() ? Double.NaN : rates.getFirst();
    int n = Math.max(1, rates.size() / 10);
    for (int i = n; i < rates.size() - n; i++) {
      double slope =
          (smoothed.get(i + n) - smoothed.get(i - n))
              / StrictMath.log(rates.get(i + n) / rates.get(i - n));
      if (slope < steepest) {
        steepest = slope;
        rate = rates.get(i);
      }
    }
    return rate;
  }

  /// A test in progress.
  static final class Recording {
    private final double from;
    private final double to;
    private final int steps;
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> smoothed = new ArrayList<>();
    private double average;
    private double lowest = Double.POSITIVE_INFINITY;

    Recording(double from, double to, int steps) {
      Numbers.requirePositive("the first learning rate", from);
      Numbers.require(to > from && to < Double.POSITIVE_INFINITY, "the last learning rate", to,
          "more than the first one, " + from);
      Numbers.require(steps >= 3, "the number of steps of a range test", steps, "at least 3");
      this.from = from;
      this.to = to;
      this.steps = steps;
    }

    double rate(int i) {
      return from * StrictMath.pow(to / from, (double) i / (steps - 1));
    }

    /// Adds the loss of the next step; returns false if the test ends with it.
    boolean goesOn(double loss) {
      if (!Double.isFinite(loss)) {
        return false;
      }
      average = BETA * average + (1 - BETA) * loss;
      double unbiased = average / (1 - StrictMath.pow(BETA, losses.size() + 1.0));
      losses.add(loss);
      smoothed.add(unbiased);
      lowest = Math.min(lowest, unbiased);
      return lowest < 0 || unbiased <= DIVERGED * lowest;
    }

    RateSweep result() {
      var rates = IntStream.range(0, losses.size()).mapToObj(this::rate).toList();
      return new RateSweep(rates, List.copyOf(losses), List.copyOf(smoothed));
    }
  }
}
