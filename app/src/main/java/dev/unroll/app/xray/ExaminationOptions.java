package dev.unroll.app.xray;

import java.util.List;

/// How a trained model is looked at.
///
/// @param quantities of the equations that are shown at every step; empty for all
public record ExaminationOptions(List<String> quantities) {
  /// The list is copied.
  public ExaminationOptions {
    quantities = List.copyOf(quantities);
  }
}
