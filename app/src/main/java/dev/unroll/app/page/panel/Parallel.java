package dev.unroll.app.page.panel;

import java.util.List;

/// Parallel coordinates: a vertical scale for each quantity, and for each thing a line through its
/// values, coloured by the last one.
///
/// @param scales from the left; the last one is what colours
/// @param paths drawn one over the other
/// @param larger whether a larger last value is better
public record Parallel(Caption caption, List<Scale> scales, List<Path> paths, boolean larger)
    implements
      Panel {
  /// The lists are copied.
  ///
  /// @throws IllegalArgumentException if a path has not a value for each scale
  public Parallel {
    scales = List.copyOf(scales);
    paths = List.copyOf(paths);
    for (var path : paths) {
      if (path.values().size() != scales.size()) {
        throw new IllegalArgumentException("%s has %d values, expected one for each of %d scales"
            .formatted(path.name(), path.values().size(), scales.size()));
      }
    }
  }

  /// A scale, from the smallest of its values to the largest.
  ///
  /// @param log whether it is logarithmic; all values are then above zero
  public record Scale(String label, boolean log) {}

  /// A thing.
  ///
  /// @param values one for each scale
  /// @param strong whether it is drawn so that it is found among many
  public record Path(String name, List<Double> values, boolean strong) {
    /// Copies the list.
    public Path {
      values = List.copyOf(values);
    }
  }
}
