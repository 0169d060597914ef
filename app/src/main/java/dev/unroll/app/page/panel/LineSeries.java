package dev.unroll.app.page.panel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A curve of [Lines].
///
/// @param name the name of the curve
/// @param group curves of one group share a color and an entry of the legend, such as the runs of
///     one setting; the name if it is alone
/// @param x the x values, not decreasing
/// @param values one for each x; NaN and infinities are gaps
/// @param marks how it is drawn
public record LineSeries(
    String name, String group, List<Double> x, List<Double> values, Set<Mark> marks) {

  /// How a curve is drawn, besides a plain line.
  public enum Mark {
    /// A dashed line, in the legend too.
    DASHED,
    /// A dotted line, likewise.
    DOTTED,
    /// Thin and pale, for background.
    FAINT,
    /// The area below it is filled.
    AREA,
    /// The area between it and the other curve of its group with this mark is filled.
    BAND,
    /// A dot at each value.
    DOTS,
    /// Large dots without a line.
    STARS,
    /// A pale line of the values and a full one of their running mean, over an eightieth of all.
    SMOOTHED
  }

  /// The lists and the set are copied.
  ///
  /// @throws IllegalArgumentException if there are not as many values as x values
  public LineSeries {
    x = List.copyOf(x);
    values = List.copyOf(values);
    marks = Set.copyOf(marks);
    if (x.size() != values.size()) {
      throw new IllegalArgumentException("Series '%s': %d values, expected %d as there are x."
          .formatted(name, values.size(), x.size()));
    }
  }

  /// A plain line in a color of its own.
  public static LineSeries of(String name, List<? extends Number> x, List<Double> values) {
    return new LineSeries(name, name, x.stream().map(Number::doubleValue).toList(), values,
        Set.of());
  }

  /// A plain line in a color of its own.
  public static LineSeries of(String name, double[] x, double[] values) {
    return of(name, list(x), list(values));
  }

  /// A plain line over 0, 1, 2… or, with `first` = 1, over 1, 2, 3…
  public static LineSeries from(int first, String name, double[] values) {
    var x = new double[values.length];
    Arrays.setAll(x, i -> first + i);
    return of(name, x, values);
  }

  /// The same in the color of a group.
  public LineSeries in(String group) {
    return new LineSeries(name, group, x, values, marks);
  }

  /// The same with these marks in addition to its own.
  public LineSeries with(Mark first, Mark... more) {
    var all = EnumSet.of(first, more);
    all.addAll(marks);
    return new LineSeries(name, group, x, values, all);
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
