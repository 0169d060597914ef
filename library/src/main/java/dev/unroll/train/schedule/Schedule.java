package dev.unroll.train.schedule;

import dev.unroll.train.notation.Notation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A learning-rate schedule: the rate as a function of the state of the run. Schedules are values
/// that can be chained: `Schedule.warmUp(50).then(Schedule.cosine(0.02))`.
///
/// Each is a function of the [State] alone, which has the validation losses so far; so a resumed
/// run needs nothing else.
///
/// Written as words in the same order: `warm-up(50) step(0.5, 10)`. Three names alone stand for
/// schedules that suit most runs, a warm-up of [#WARM_UP] steps and then [#CONSTANT], [#COSINE] or
/// [#LINEAR];
/// `constant()` has no warm-up.
/// Immutable.
public final class Schedule {
  /// The default rate at the end, as a share of the full rate.
  public static final double FLOOR = 0.02;

  /// Steps in which the rate rises from zero at the start: the first estimates of Adam's second
  /// moments are poor.
  public static final int WARM_UP = 50;

  /// The same rate throughout, after a warm-up.
  public static final Schedule CONSTANT = warmUp(WARM_UP);

  /// From the full rate to [#FLOOR] of it along half a cosine, after a warm-up.
  public static final Schedule COSINE = warmUp(WARM_UP).then(cosine(FLOOR));

  /// From the full rate to [#FLOOR] of it along a straight line, after a warm-up.
  public static final Schedule LINEAR = warmUp(WARM_UP).then(linear(FLOOR));

  /// One after another.
  private final List<RateChange> changes;

  private Schedule(List<RateChange> changes) {
    this.changes = List.copyOf(changes);
  }

  /// The rate in a state of the run.
  ///
  /// @param full the rate that is changed
  public double rate(double full, State at) {
    double rate = full;
    for (var change : changes) {
      rate = change.rate(rate, at);
    }
    return rate;
  }

  /// This schedule without its warm-up.
  public Schedule withoutWarmUp() {
    return new Schedule(changes.stream()
        .filter(change -> !(change instanceof RateChange.WarmUp)).toList());
  }

  /// This schedule, followed by another one that changes its rate.
  public Schedule then(Schedule next) {
    return new Schedule(Stream.concat(changes.stream(), next.changes.stream()).toList());
  }

  private static Schedule of(RateChange change) {
    return new Schedule(List.of(change));
  }

  /// The same rate throughout.
  public static Schedule constant() {
    return new Schedule(List.of());
  }

  /// `lr · factor^⌊epoch / epochs⌋`, epochs counted from 0.
  ///
  /// @throws IllegalArgumentException if the factor is not positive or there is no epoch
  public static Schedule step(double factor, int epochs) {
    return of(new RateChange.Step(factor, epochs));
  }

  /// `lr · factor^epoch`, epochs counted from 0.
  ///
  /// @throws IllegalArgumentException if the factor is not positive
  public static Schedule exponential(double factor) {
    return of(new RateChange.Exponential(factor));
  }

  /// `lr · (floor + (1 − floor) (1 + cos π p) / 2)`, where p is the share of the run that is done
  /// (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts).
  ///
  /// @throws IllegalArgumentException if the floor is not in `[0, 1)`
  public static Schedule cosine(double floor) {
    return of(new RateChange.Cosine(floor));
  }

  /// `lr · (1 − (1 − floor) p)`, where p is the share of the run that is done.
  ///
  /// @throws IllegalArgumentException if the floor is not in `[0, 1)`
  public static Schedule linear(double floor) {
    return of(new RateChange.Linear(floor));
  }

  /// `lr · min(1, (step + 1) / steps)`, steps counted from 0.
  ///
  /// @throws IllegalArgumentException if there is no step
  public static Schedule warmUp(int steps) {
    return of(new RateChange.WarmUp(steps));
  }

  /// `lr · factorᵏ`, where k counts how often the validation loss did not fall below its lowest for
  /// `patience` validations in a row; counting starts again after each.
  ///
  /// @throws IllegalArgumentException if the factor is not positive or the patience is below 1
  public static Schedule plateau(double factor, int patience) {
    return of(new RateChange.Plateau(factor, patience));
  }

  /// The schedules that have a name.
  public static Map<String, Schedule> named() {
    return Map.of("CONSTANT", CONSTANT, "COSINE", COSINE, "LINEAR", LINEAR);
  }

  /// The text that [#parse] reads: one of the three names, or words.
  public String name() {
    return named().entrySet().stream().filter(entry -> entry.getValue().equals(this))
        .findFirst().map(Map.Entry::getKey).orElse(toString());
  }

  /// Parses a schedule: one of the three names in lower or upper case, or words.
  ///
  /// @throws IllegalArgumentException that says what cannot be read
  public static Schedule parse(String text) {
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schedule it && changes.equals(it.changes);
  }

  @Override
  public int hashCode() {
    return changes.hashCode();
  }

  @Override
  public String toString() {
    return changes.isEmpty() ? "constant()"
        : changes.stream().map(RateChange::toString).collect(Collectors.joining(" "));
  }

  /// The state of a run, which a learning rate may depend on.
  ///
  /// @param step the number of the step, from 0
  /// @param steps of the whole run
  /// @param epoch the number of the epoch, from 0
  /// @param losses of the validations so far, the first one first
  public record State(long step, long steps, int epoch, List<Double> losses) {
    /// The share of the run that is done, at most 1.
    double progress() {
      return Math.min(1, (double) step / Math.max(1, steps));
    }
  }
}
