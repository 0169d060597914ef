package dev.unroll.app.reproduce;

import java.util.Locale;

/// One line of a table of results.
///
/// @param label the difference to the other rows, `LSTM, T = 200`
/// @param published the published figure and its source, `0.0 (Hochreiter 1997)`, or `fails`
/// @param trial computes our figure
public record Row(String label, String published, Trial trial) {
  /// The label as the name of a folder and on the command line: `lstm-t-200`.
  public String id() {
    return id(label);
  }

  static String id(String label) {
    return label.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-")
        .replaceAll("^-|-$", "");
  }
}
