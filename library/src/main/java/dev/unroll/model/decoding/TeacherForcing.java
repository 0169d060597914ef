package dev.unroll.model.decoding;

import dev.unroll.data.Padded;
import dev.unroll.model.loss.run.Targets;
import dev.unroll.model.part.TargetRows;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// Teacher forcing: the targets of a decoder, which are fed back to it one step later.
///
/// ```
/// target  y_1 y_2 … y_n end
/// fed     end y_1 … y_n                 the end also stands before the first
/// ```
///
/// Without an end the sequences are as long as the targets, and the first step is fed a symbol of
/// its own.
final class TeacherForcing {
  private final Decoder decoder;
  private final int batch;
  private final int[] asked;
  private final int[] fed;
  private final TargetRows targets;

  /// The numbers that are fed back, `[T, B, n]`.
  private final Rows numbers;

  /// The mask of the target: 1 where a step is written, `[T, B, 1]`.
  private final Rows present;

  TeacherForcing(Decoder decoder, int time, int batch) {
    this.decoder = decoder;
    this.batch = batch;
    int rows = time * batch;
    asked = new int[rows];
    fed = new int[rows];
    targets = new TargetRows(decoder.outputs(), rows);
    boolean feedsNumbers = decoder.feedback() == null && decoder.feedbackSize() > 0;
    numbers = Rows.allocate(feedsNumbers ? rows : 0, Math.max(1, decoder.feedbackSize()));
    present = Rows.allocate(rows, 1);
  }

  /// Sets the target.
  Targets read(Padded target) {
    int steps = decoder.steps(target);
    Leftovers.spoil(numbers);
    Leftovers.spoil(present);
    var given = targets.of(target);
    for (int b = 0; b < batch; b++) {
      int length = target.lengths()[b];
      int written = length == 0 ? 0 : length + steps - target.steps();
      for (int t = 0; t < steps; t++) {
        present.array()[t * batch + b] = t < written ? 1 : 0;
      }
    }
    if (numbers.array().length > 0) {
      int first = batch * numbers.columns();
      Arrays.fill(numbers.array(), 0, first, 0f);
      System.arraycopy(target.features().array(), target.features().offset(), numbers.array(),
          first, (steps - 1) * first);
    }
    return target.hasSymbols() ? symbols(target, steps) : given;
  }

  private Targets symbols(Padded target, int steps) {
    var symbols = target.symbols();
    int end = decoder.outputs().ends() ? decoder.border() : -1;
    for (int b = 0; b < batch; b++) {
      int length = target.lengths()[b];
      for (int t = 0; t < steps; t++) {
        int row = t * batch + b;
        asked[row] = t < length ? symbols[row]
            : t == length && length > 0 ? end : -1;
        fed[row] = t == 0 ? decoder.border() : t <= length ? symbols[row - batch] : -1;
      }
    }
    return Targets.classes(asked, steps * batch);
  }

  /// The symbols that are fed back, `[T·B]`; may be written.
  int[] fed() {
    return fed;
  }

  /// The numbers that are fed back, `[T, B, n]`; may be written.
  Rows numbers() {
    return numbers;
  }

  /// The mask of the target: 1 where a step is written, `[T, B, 1]`.
  Rows present() {
    return present;
  }

  long bytes() {
    return 4L * (asked.length + fed.length + numbers.array().length + present.array().length);
  }
}
