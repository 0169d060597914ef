package dev.unroll.app.page;

import java.util.List;

/// A bar for each of a few things, the longest as long as the panel is wide.
///
/// @param labels what they are
/// @param values not negative, one for each label
/// @param log whether lengths go by the logarithm, from the power of ten below the smallest value
public record Bars(Caption caption, List<String> labels, List<Double> values, boolean log)
    implements
      Panel {
  /// The lists are copied.
  ///
  /// @throws IllegalArgumentException if there is not one value for each label
  public Bars {
    labels = List.copyOf(labels);
    values = List.copyOf(values);
    if (labels.size() != values.size()) {
      throw new IllegalArgumentException("Bars: %d values, expected %d as there are labels."
          .formatted(values.size(), labels.size()));
    }
  }
}
