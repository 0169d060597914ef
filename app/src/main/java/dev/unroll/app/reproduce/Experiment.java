package dev.unroll.app.reproduce;

import java.io.IOException;
import java.util.List;

/// A published result that can be run again. Its class says which settings it takes and why.
public interface Experiment {
  /// What it is called on the command line.
  String name();

  /// What it is about, in a few words.
  String title();

  /// Where the result was published.
  String source();

  /// What the figures are, with unit and direction: `mean squared error, lower is better`.
  String measure();

  /// What it needs: about how long on two cores, and which data.
  String takes();

  /// The rows of the table, in its order.
  ///
  /// @throws IOException if data cannot be read
  /// @throws IllegalArgumentException if data are needed and `--data` is missing
  List<Row> rows(Options options) throws IOException;
}
