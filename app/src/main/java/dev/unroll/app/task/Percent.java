package dev.unroll.app.task;

import java.util.Locale;

/// Formats shares for the pages of tasks.
final class Percent {
  private Percent() {}

  /// Such as `71.8 %`; a dash if the share is not known.
  static String of(double share, int decimals) {
    return Double.isNaN(share) ? "–"
        : String.format(Locale.ROOT, "%." + decimals + "f %%", 100 * share);
  }
}
