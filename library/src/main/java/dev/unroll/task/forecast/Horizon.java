package dev.unroll.task.forecast;

import dev.unroll.data.DataException;
import dev.unroll.series.TimeStep;
import java.util.Locale;
import java.util.regex.Pattern;

/// The horizon of a forecast: a number of steps, or a duration that is converted to steps.
///
/// @param amount the number of units
/// @param unit the unit
public record Horizon(int amount, Unit unit) {
  private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");

  /// The unit of a horizon.
  public enum Unit {
    /// Steps of the series.
    STEPS,
    /// Minutes.
    MINUTES,
    /// Hours.
    HOURS,
    /// Days; in a series of working days, working days.
    DAYS,
    /// Months of the calendar.
    MONTHS
  }

  /// @throws IllegalArgumentException if it is below 1
  public Horizon {
    if (amount < 1) {
      throw new IllegalArgumentException(
          "the horizon is %d, expected at least 1".formatted(amount));
    }
  }

  /// A number of steps.
  public static Horizon steps(int n) {
    return new Horizon(n, Unit.STEPS);
  }

  /// A number of minutes.
  public static Horizon minutes(int n) {
    return new Horizon(n, Unit.MINUTES);
  }

  /// A number of hours.
  public static Horizon hours(int n) {
    return new Horizon(n, Unit.HOURS);
  }

  /// A number of days.
  public static Horizon days(int n) {
    return new Horizon(n, Unit.DAYS);
  }

  /// A number of months.
  public static Horizon months(int n) {
    return new Horizon(n, Unit.MONTHS);
  }

  /// Parses a horizon: `24`, a number of steps, or `15 min`, `24 h`, `7 d`, `12 months`.
  ///
  /// @throws IllegalArgumentException if it is not a horizon
  public static Horizon parse(String text) {
    var form = FORM.matcher(text.strip());
    if (form.matches() && form.group(1).length() < 10) {
      int n = Integer.parseInt(form.group(1));
      switch (form.group(2).toLowerCase(Locale.ROOT)) {
        case "", "step", "steps" -> {
          return steps(n);
        }
        case "min", "minute", "minutes" -> {
          return minutes(n);
        }
        case "h", "hour", "hours" -> {
          return hours(n);
        }
        case "d", "day", "days" -> {
          return days(n);
        }
        case "month", "months" -> {
          return months(n);
        }
        default -> {
          // not a known unit
        }
      }
    }
    throw new IllegalArgumentException(
        "the horizon is %s, expected a number of steps, or a time such as 30min, 24h, 7d, 12months"
            .formatted(text));
  }

  /// N, the number of steps.
  ///
  /// @throws DataException if the time is not a whole number of steps
  public int steps(TimeStep step) {
    long millis = switch (unit) {
      case STEPS, MONTHS -> 0;
      case MINUTES -> 60_000L * amount;
      case HOURS -> 3_600_000L * amount;
      case DAYS -> 86_400_000L * amount;
    };
    boolean fits = switch (step.unit()) {
      case STEP -> unit == Unit.STEPS;
      case MILLISECOND -> unit == Unit.STEPS || millis > 0 && millis % step.amount() == 0;
      case BUSINESS_DAY -> unit == Unit.STEPS || unit == Unit.DAYS;
      case MONTH -> unit == Unit.STEPS || unit == Unit.MONTHS && amount % step.amount() == 0;
    };
    if (!fits) {
      throw new DataException(
          "the horizon of %s is no whole number of steps of %s; give it as Horizon.steps(…)"
              .formatted(this, step));
    }
    long steps = unit == Unit.STEPS || step.unit() == TimeStep.Unit.BUSINESS_DAY ? amount
        : unit == Unit.MONTHS ? amount / step.amount() : millis / step.amount();
    return Math.toIntExact(steps);
  }

  @Override
  public String toString() {
    var name = unit.name().toLowerCase(Locale.ROOT);
    return amount + " " + (amount == 1 ? name.substring(0, name.length() - 1) : name);
  }
}
