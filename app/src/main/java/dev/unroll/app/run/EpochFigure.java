package dev.unroll.app.run;

import dev.unroll.train.TrainingListener.Epoch;
import java.util.Locale;

/// The figure that chooses the epoch, for the line of an epoch.
final class EpochFigure {
  private EpochFigure() {}

  /// With a leading comma; empty if the line says it already, as the loss or the accuracy.
  static String of(Epoch epoch) {
    var figure = epoch.monitored();
    if (figure.isUsual()) {
      return "";
    }
    return figure.name().equals("BLEU") // from 0 to 100; the others are shares
        ? String.format(Locale.ROOT, ", BLEU %.2f", figure.value())
        : String.format(Locale.ROOT, ", %s %.1f %%", figure.name(), 100 * figure.value());
  }
}
