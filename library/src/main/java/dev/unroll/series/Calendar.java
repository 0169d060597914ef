package dev.unroll.series;

import java.util.ArrayList;
import java.util.List;

/// Calendar features: the phase of a time in the cycles of the calendar, two numbers for each
/// cycle: `sin 2πp` and `cos 2πp`, p from 0 to 1 within the cycle.
///
/// @param cycles the cycles
public record Calendar(List<Cycle> cycles) {

  /// A cycle of the calendar.
  public enum Cycle {
    /// From midnight to midnight.
    DAY(TimeStep.DAY),
    /// From Monday to Monday.
    WEEK(7 * TimeStep.DAY),
    /// From January to January.
    YEAR(365.2425 * TimeStep.DAY);

    private final double length;

    Cycle(double length) {
      this.length = length;
    }

    private double place(long stamp) {
      return switch (this) {
        case DAY -> Math.floorMod(stamp, TimeStep.DAY) / length;
        case WEEK -> Math.floorMod(stamp + 3 * TimeStep.DAY, 7 * TimeStep.DAY) / length;
        case YEAR -> {
          var time = TimeStep.time(stamp);
          double days = time.getDayOfYear() - 1
              + Math.floorMod(stamp, TimeStep.DAY) / (double) TimeStep.DAY;
          yield days / (time.toLocalDate().isLeapYear() ? 366 : 365);
        }
      };
    }
  }

  /// Chooses the cycles that are longer than a step and of which a series has at least two: from
  /// fewer nothing can be learned.
  ///
  /// @param steps of the training part
  public static Calendar of(TimeStep step, int steps) {
    var cycles = new ArrayList<Cycle>();
    for (var cycle : Cycle.values()) {
      boolean usable = step.unit() != TimeStep.Unit.STEP && step.duration(1) < 0.9 * cycle.length
          && step.duration(steps) >= 2 * cycle.length;
      boolean allDays = cycle != Cycle.WEEK || step.unit() != TimeStep.Unit.MONTH
          && step.amount() % (7 * TimeStep.DAY) != 0;
      if (usable && allDays) {
        cycles.add(cycle);
      }
    }
    return new Calendar(List.copyOf(cycles));
  }

  /// The number of features of a step.
  public int size() {
    return 2 * cycles.size();
  }

  /// The features of the first `steps` steps of a series, also beyond its last one, `[steps,
  /// size]`.
  public float[] of(Track track, int steps) {
    var numbers = new float[Math.multiplyExact(steps, size())];
    int at = 0;
    for (int t = 0; t < steps && size() > 0; t++) {
      long stamp = track.step().stamp(track.start(), t);
      for (var cycle : cycles) {
        double angle = 2 * Math.PI * cycle.place(stamp);
        numbers[at++] = (float) StrictMath.sin(angle);
        numbers[at++] = (float) StrictMath.cos(angle);
      }
    }
    return numbers;
  }
}
