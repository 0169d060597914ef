package dev.unroll.train;

import java.util.Locale;

/// The result of a training.
///
/// @param epochs the number of epochs done
/// @param bestEpoch whose parameters the model has now, from 1; the last one without validation, 0
///     if the training was stopped before the first had ended
/// @param loss of that epoch: the mean over the validation data; over the training data without any
/// @param accuracy of that epoch, the share of right predictions; NaN for a loss without accuracy
/// @param seed of the order of the examples
/// @param ending how it ended
public record TrainingResult(int epochs, int bestEpoch, double loss, double accuracy, long seed,
    Ending ending) {

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d epoch%s, best %d: loss %.4g%s, seed %d", epochs,
        epochs == 1 ? "" : "s", bestEpoch, loss,
        Double.isNaN(accuracy) ? ""
            : String.format(Locale.ROOT, ", accuracy %.1f %%", 100 * accuracy),
        seed);
  }

  /// How a run ended.
  public enum Ending {
    /// All epochs were done.
    COMPLETE,
    /// The validation loss had not fallen for as many epochs as the settings allow.
    EARLY,
    /// It was stopped by a call.
    STOPPED
  }
}
