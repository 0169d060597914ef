package dev.unroll.app.run;

import dev.unroll.app.console.ShortNumber;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Model;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;

/// What is said at the end of a training whose best model is worse than none: equal probabilities
/// for all n classes have a cross-entropy of log n.
final class GuessNote {
  private GuessNote() {}

  /// The note; empty if the model is better than that, or its loss is no cross-entropy of classes.
  ///
  /// @param loss in validation, without label smoothing and class weights; infinite or NaN if there
  ///     is none
  static String of(Model model, double loss) {
    if (!(model instanceof Structure structure)
        || !(structure.architecture().outputs().loss() instanceof Loss.CrossEntropy)) {
      return "";
    }
    int targets = structure.architecture().outputs().targets();
    int classes = structure instanceof EncoderDecoder ? targets + 1 : targets; // the end is one
    double guess = Math.log(classes);
    return Double.isFinite(loss) && loss > guess
        ? ("note: its probabilities are worse than equal ones for all %d classes, whose loss is "
            + "log %d = %s; a lower learning rate may help, or other initial values")
            .formatted(classes, classes, ShortNumber.of(guess))
        : "";
  }
}
