package dev.unroll.train;

import dev.unroll.train.TrainingSession.RateSweep;
import dev.unroll.train.notation.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A [RateSweep] in progress.
final class RateRecording {
  private static final double BETA = 0.9;
  private static final double DIVERGED = 4;

  private final double from;
  private final double to;
  private final int steps;
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> smoothed = new ArrayList<>();
  private double average;
  private double lowest = Double.POSITIVE_INFINITY;

  RateRecording(double from, double to, int steps) {
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
