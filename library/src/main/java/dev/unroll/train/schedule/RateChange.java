package dev.unroll.train.schedule;

import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import dev.unroll.train.schedule.Schedule.State;

/// One change of a learning rate, a part of a [Schedule]: the rate times a function of the [State]
/// alone.
sealed interface RateChange {
  /// The changed rate in a state of the run.
  double rate(double full, State at);

  /// `lr · factor^⌊epoch / epochs⌋`, epochs counted from 0.
  record Step(double factor, int epochs) implements RateChange {
    /// @throws IllegalArgumentException if the factor is not positive or there is no epoch
    public Step {
      Numbers.requirePositive("the factor of a schedule in steps", factor);
      Numbers.requireAtLeastOne("the number of epochs of a step", epochs);
    }

    @Override
    public double rate(double full, State at) {
      return full * StrictMath.pow(factor, (double) Math.floorDiv(at.epoch(), epochs));
    }

    @Override
    public String toString() {
      return Notation.word("step", factor, epochs);
    }
  }

  /// `lr · factor^epoch`, epochs counted from 0.
  record Exponential(double factor) implements RateChange {
    /// @throws IllegalArgumentException if the factor is not positive
    public Exponential {
      Numbers.requirePositive("the factor of an exponential schedule", factor);
    }

    @Override
    public double rate(double full, State at) {
      return full * StrictMath.pow(factor, at.epoch());
    }

    @Override
    public String toString() {
      return Notation.word("exponential", factor);
    }
  }

  /// `lr · (floor + (1 − floor) (1 + cos π p) / 2)`, where p is the share of the run that is done
  /// (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts).
  record Cosine(double floor) implements RateChange {
    /// @throws IllegalArgumentException if the floor is not in `[0, 1)`
    public Cosine {
      Numbers.requireShare("the floor of a cosine schedule", floor);
    }

    @Override
    public double rate(double full, State at) {
      return full
          * (floor + (1 - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * at.progress())));
    }

    @Override
    public String toString() {
      return Notation.word("cosine", floor);
    }
  }

  /// `lr · (1 − (1 − floor) p)`, where p is the share of the run that is done.
  record Linear(double floor) implements RateChange {
    /// @throws IllegalArgumentException if the floor is not in `[0, 1)`
    public Linear {
      Numbers.requireShare("the floor of a linear schedule", floor);
    }

    @Override
    public double rate(double full, State at) {
      return full * (1 - (1 - floor) * at.progress());
    }

    @Override
    public String toString() {
      return Notation.word("linear", floor);
    }
  }

  /// `lr · min(1, (step + 1) / steps)`, steps counted from 0.
  record WarmUp(int steps) implements RateChange {
    /// @throws IllegalArgumentException if there is no step
    public WarmUp {
      Numbers.requireAtLeastOne("the number of steps of a warm-up", steps);
    }

    @Override
    public double rate(double full, State at) {
      return full * Math.min(1, (at.step() + 1.0) / steps);
    }

    @Override
    public String toString() {
      return Notation.word("warm-up", steps);
    }
  }

  /// `lr · factorᵏ`, where k counts how often the validation loss did not fall below its lowest for
  /// `patience` validations in a row; counting starts again after each.
  record Plateau(double factor, int patience) implements RateChange {
    /// @throws IllegalArgumentException if the factor is not positive or the patience is below 1
    public Plateau {
      Numbers.requirePositive("the factor of a plateau schedule", factor);
      Numbers.requireAtLeastOne("the patience of a plateau schedule", patience);
    }

    @Override
    public double rate(double full, State at) {
      double best = Double.POSITIVE_INFINITY;
      int worse = 0;
      int k = 0;
      for (double loss : at.losses()) {
        worse = loss < best ? 0 : worse + 1;
        best = Math.min(best, loss);
        if (worse == patience) {
          k++;
          worse = 0;
        }
      }
      return full * StrictMath.pow(factor, k);
    }

    @Override
    public String toString() {
      return Notation.word("plateau", factor, patience);
    }
  }
}
