package dev.unroll.model.part;

import dev.unroll.data.DataException;
import dev.unroll.data.Padded;
import dev.unroll.model.Outputs;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.run.Targets;

/// The targets of a batch, in the form that a loss reads.
public final class TargetRows {
  private final Outputs outputs;
  private final boolean[] asked;

  /// @param rows the largest number of rows of a call
  public TargetRows(Outputs outputs, int rows) {
    this.outputs = outputs;
    asked = new boolean[rows];
  }

  /// Returns the targets of a batch.
  ///
  /// @throws DataException if they do not fit the model's outputs
  public Targets of(Padded target) {
    int rows = target.steps() * target.batch();
    check(target);
    if (target.hasSymbols()) {
      return Targets.classes(target.symbols(), rows);
    }
    var present = target.present();
    for (int row = 0; row < rows; row++) {
      asked[row] = present.array()[present.offset() + row] != 0;
    }
    return Targets.values(target.features(), asked, rows);
  }

  /// @throws DataException if the target does not fit the model's outputs
  void check(Padded target) {
    boolean classes = outputs.loss().isOfClasses();
    if (classes != target.hasSymbols()) {
      throw new DataException("the model puts out %s, but the targets of the batch are %s"
          .formatted(classes ? "classes" : "numbers",
              target.hasSymbols() ? "symbols" : "vectors"));
    }
    if (!classes && target.features().columns() != outputs.targets()) {
      throw new DataException(
          "the model puts out %d numbers a step, but the targets of the batch have %d"
              .formatted(outputs.targets(), target.features().columns()));
    }
    if (classes) {
      checkClasses(target);
    } else if (outputs.loss() instanceof BinaryCrossEntropy) {
      checkBits(target);
    }
  }

  private void checkBits(Padded target) {
    var values = target.features();
    int n = values.columns();
    for (int row = 0; row < target.steps() * target.batch(); row++) {
      boolean isAsked = target.present().array()[target.present().offset() + row] != 0;
      for (int j = 0; isAsked && j < n; j++) {
        float value = values.array()[values.offset() + row * n + j];
        if (!BinaryCrossEntropy.isProbability(value)) {
          throw new DataException(
              ("sample %d of the batch asks for %s at step %d, column %d, expected 0 to 1 for %s; "
                  + "correct it, or take another loss, such as squared").formatted(
                      row % target.batch(), value, row / target.batch(), j, outputs.loss()));
        }
      }
    }
  }

  private void checkClasses(Padded target) {
    var symbols = target.symbols();
    for (int i = 0; i < target.steps() * target.batch(); i++) {
      if (symbols[i] >= outputs.targets()) {
        throw new DataException("sample %d of the batch asks for the class %d at step %d, expected "
            .formatted(i % target.batch(), symbols[i], i / target.batch())
            + "0 to %d, or −1 for none".formatted(outputs.targets() - 1));
      }
    }
  }
}
