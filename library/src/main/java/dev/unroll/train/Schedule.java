package dev.unroll.train;

import java.util.Locale;
import java.util.Map;

/// How the learning rate changes over a run: what becomes of a rate at a moment. Schedules are values
/// that are put one after another: `Schedule.warmUp(50).then(Schedule.cosine(0.02))`.
///
/// Each is a function of the [Moment] alone, which has the validation losses so far; so a resumed run
/// needs nothing else.
///
/// Written as words in the same order: `warm-up(50) step(0.5, 10)`. Three names alone stand for what
/// suits most runs, a warm-up of [#WARM_UP] steps and then [#CONSTANT], [#COSINE] or [#LINEAR];
/// `constant()` has no warm-up.
public sealed interface Schedule {
  /// What is left of the rate at the end, as a share, unless something else is said.
  double FLOOR = 0.02;

  /// Steps in which the rate rises from nothing at the start: the first estimates of Adam's second
  /// moments are poor.
  int WARM_UP = 50;

  /// The same rate throughout, after a warm-up.
  Schedule CONSTANT = warmUp(WARM_UP).then(new Constant());

  /// From the full rate to [#FLOOR] of it along half a cosine, after a warm-up.
  Schedule COSINE = warmUp(WARM_UP).then(cosine(FLOOR));

  /// From the full rate to [#FLOOR] of it along a straight line, after a warm-up.
  Schedule LINEAR = warmUp(WARM_UP).then(linear(FLOOR));

  /// The rate at a moment.
  ///
  /// @param full the rate that is changed
  double rate(double full, Moment at);

  /// This schedule, and then another one that changes its rate.
  default Schedule then(Schedule next) {
    return new Then(this, next);
  }

  /// The same rate throughout.
  static Schedule constant() {
    return new Constant();
  }

  /// [Step].
  static Schedule step(double factor, int epochs) {
    return new Step(factor, epochs);
  }

  /// [Exponential].
  static Schedule exponential(double factor) {
    return new Exponential(factor);
  }

  /// [Cosine].
  static Schedule cosine(double floor) {
    return new Cosine(floor);
  }

  /// [Linear].
  static Schedule linear(double floor) {
    return new Linear(floor);
  }

  /// [WarmUp].
  static Schedule warmUp(int steps) {
    return new WarmUp(steps);
  }

  /// [Plateau].
  static Schedule plateau(double factor, int patience) {
    return new Plateau(factor, patience);
  }

  /// `lr`.
  record Constant() implements Schedule {
    @Override
    public double rate(double full, Moment at) {
      return full;
    }

    @Override
    public String toString() {
      return "constant()";
    }
  }

  /// `lr · factor^⌊epoch / epochs⌋`, epochs counted from 0.
  record Step(double factor, int epochs) implements Schedule {
    /// @throws IllegalArgumentException if the factor is not positive or there is no epoch
    public Step {
      Numbers.requirePositive("the factor of a schedule in steps", factor);
      Numbers.requireAtLeastOne("the number of epochs of a step", epochs);
    }

    @Override
    public double rate(double full, Moment at) {
      return full * StrictMath.pow(factor, at.epoch() / epochs);
    }

    @Override
    public String toString() {
      return Notation.word("step", factor, epochs);
    }
  }

  /// `lr · factor^epoch`, epochs counted from 0.
  record Exponential(double factor) implements Schedule {
    /// @throws IllegalArgumentException if the factor is not positive
    public Exponential {
      Numbers.requirePositive("the factor of an exponential schedule", factor);
    }

    @Override
    public double rate(double full, Moment at) {
      return full * StrictMath.pow(factor, at.epoch());
    }

    @Override
    public String toString() {
      return Notation.word("exponential", factor);
    }
  }

  /// `lr · (floor + (1 − floor) (1 + cos π p) / 2)`, where p is the share of the run that is done
  /// (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts).
  record Cosine(double floor) implements Schedule {
    /// @throws IllegalArgumentException if the floor is not in `[0, 1)`
    public Cosine {
      Numbers.requireShare("the floor of a cosine schedule", floor);
    }

    @Override
    public double rate(double full, Moment at) {
      return full
          * (floor + (1 - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * at.progress())));
    }

    @Override
    public String toString() {
      return Notation.word("cosine", floor);
    }
  }

  /// `lr · (1 − (1 − floor) p)`, where p is the share of the run that is done.
  record Linear(double floor) implements Schedule {
    /// @throws IllegalArgumentException if the floor is not in `[0, 1)`
    public Linear {
      Numbers.requireShare("the floor of a linear schedule", floor);
    }

    @Override
    public double rate(double full, Moment at) {
      return full * (1 - (1 - floor) * at.progress());
    }

    @Override
    public String toString() {
      return Notation.word("linear", floor);
    }
  }

  /// `lr · min(1, (step + 1) / steps)`, steps counted from 0.
  record WarmUp(int steps) implements Schedule {
    /// @throws IllegalArgumentException if there is no step
    public WarmUp {
      Numbers.requireAtLeastOne("the number of steps of a warm-up", steps);
    }

    @Override
    public double rate(double full, Moment at) {
      return full * Math.min(1, (at.step() + 1.0) / steps);
    }

    @Override
    public String toString() {
      return Notation.word("warm-up", steps);
    }
  }

  /// `lr · factorᵏ`, where k counts how often the validation loss did not fall below its lowest for
  /// `patience` validations in a row; the next row begins after that.
  record Plateau(double factor, int patience) implements Schedule {
    /// @throws IllegalArgumentException if the factor is not positive or there is no patience
    public Plateau {
      Numbers.requirePositive("the factor of a plateau schedule", factor);
      Numbers.requireAtLeastOne("the patience of a plateau schedule", patience);
    }

    @Override
    public double rate(double full, Moment at) {
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

  /// One and then another.
  record Then(Schedule first, Schedule next) implements Schedule {
    @Override
    public double rate(double full, Moment at) {
      return next.rate(first.rate(full, at), at);
    }

    @Override
    public String toString() {
      return first + " " + next;
    }
  }

  /// The schedules that have a name.
  static Map<String, Schedule> named() {
    return Map.of("CONSTANT", CONSTANT, "COSINE", COSINE, "LINEAR", LINEAR);
  }

  /// What [#parse] reads: one of the three names, or the words.
  default String name() {
    return named().entrySet().stream().filter(entry -> entry.getValue().equals(this))
        .findFirst().map(Map.Entry::getKey).orElse(toString());
  }

  /// Reads a schedule: one of the three names in small or large letters, or words.
  ///
  /// @throws IllegalArgumentException that says what cannot be read
  static Schedule parse(String text) {
    var named = named().get(text.strip().toUpperCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    return Notation.parse(text, "schedule").stream().map(Schedule::one).reduce(Schedule::then)
        .orElseThrow();
  }

  private static Schedule one(Notation.Word word) {
    return switch (word.name()) {
      case "constant" -> constant();
      case "step" -> step(word.atMost(2).number(0, 0.5), word.whole(1, 10));
      case "exponential" -> exponential(word.atMost(1).number(0, 0.95));
      case "cosine" -> cosine(word.atMost(1).number(0, FLOOR));
      case "linear" -> linear(word.atMost(1).number(0, FLOOR));
      case "warm-up" -> warmUp(word.atMost(1).whole(0, WARM_UP));
      case "plateau" -> plateau(word.atMost(2).number(0, 0.5), word.whole(1, 2));
      default -> throw new IllegalArgumentException(
          ("'%s' is no schedule; expected constant, step, exponential, cosine, linear, warm-up or "
              + "plateau").formatted(word));
    };
  }
}
