package dev.unroll.app.reproduce;

import java.io.IOException;
import java.util.List;

/// A published result that can be reproduced. Its class documents the settings and the reasons for
/// them.
public interface Experiment {
  /// Its name on the command line.
  String name();

  /// Its title, in a few words.
  String title();

  /// The publication of the result.
  String source();

  /// The metric, with unit and direction: `mean squared error, lower is better`.
  String measure();

  /// Its requirements: the approximate time on two cores, and the data.
  String takes();

  /// The rows of the table, in its order.
  ///
  /// @throws IOException if data cannot be read
  /// @throws IllegalArgumentException if data are needed and `--data` is missing
  List<Row> rows(Options options) throws IOException;
}
