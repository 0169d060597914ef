package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.model.part.InputBatches;
import dev.unroll.model.part.Units;
import dev.unroll.tensor.Rows;
import java.util.List;

/// Predicts with a [SequenceToSequence]: outputs for each step of a sequence.
///
/// Cheap to make; its memory grows with the longest sequence. Used by one thread at a time; a call
/// that overlaps another one is refused. The parameters are taken over when it is first used:
/// [#load] after they changed. The interruption of the thread ends a call between batches, by a
/// [java.util.concurrent.CancellationException].
public final class SequencePredictor {
  private final SequenceToSequence model;
  private final InputBatches batches;

  SequencePredictor(SequenceToSequence model, Engine engine) {
    this.model = model;
    batches = new InputBatches(model, engine, "this predictor");
  }

  /// Takes over changed parameters.
  public void load() {
    batches.load();
  }

  /// The bytes of memory planned now; they grow with the longest sequence.
  public long bytes() {
    return batches.bytes();
  }

  /// The outputs at each step: the probability of each class, or numbers, `[T, outputs]`.
  ///
  /// @param steps `[T, F]`
  /// @throws dev.unroll.data.DataException if there is no step, a number is not finite, or the
  ///     model reads something else
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public float[][] predict(float[]... steps) {
    return predict(Values.Features.ofRows(steps));
  }

  /// The outputs at each step of a sequence of symbols, `[T, outputs]`.
  ///
  /// @throws dev.unroll.data.DataException if there is no symbol, one is not known, or the model
  ///     reads vectors
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public float[][] predict(int... symbols) {
    return predict(new Values.Symbols(symbols));
  }

  /// The outputs at each step of a sequence, `[T, outputs]`.
  ///
  /// @throws dev.unroll.data.DataException if the model cannot read it
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public float[][] predict(Values sequence) {
    DataException.refuseNull(sequence, "the input");
    return predict(List.of(sequence)).getFirst();
  }

  /// The outputs for many sequences, in their order; each result has the same bits as if it were
  /// predicted alone.
  ///
  /// @throws dev.unroll.data.DataException if the model cannot read one
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public List<float[][]> predict(List<? extends Values> sequences) {
    return batches.read(sequences,
        (units, outputs, _, batch, b, steps) -> rows(units, outputs, batch, b, steps));
  }

  /// The classes of many sequences, in their order: at each step the most probable one, or with a
  /// chain those of the most probable sequence; and the probability of each class.
  ///
  /// @throws dev.unroll.data.DataException if the model cannot read one
  /// @throws UnsupportedOperationException if the outputs are not classes
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public List<Classes> classes(List<? extends Values> sequences) {
    return batches.read(sequences, (units, outputs, run, batch, b, steps) -> {
      int[] all = run.classes();
      int[] classes = new int[steps];
      for (int t = 0; t < steps; t++) {
        classes[t] = all[t * batch + b];
      }
      return new Classes(classes, rows(units, outputs, batch, b, steps));
    });
  }

  private float[][] rows(Units units, Rows outputs, int batch, int b, int steps) {
    int columns = outputs.columns();
    var rows = new float[steps][columns];
    for (int t = 0; t < steps; t++) {
      System.arraycopy(outputs.array(), outputs.offset() + (t * batch + b) * columns, rows[t], 0,
          columns);
      units.invert(rows[t], 0);
      FiniteAnswers.require(rows[t], model.parameters());
    }
    return rows;
  }

  /// The classes of a sequence.
  ///
  /// @param chosen the class of each step, `[T]`
  /// @param probabilities of each class at each step, `[T, classes]`
  // Arrays, as for the other predictions.
  @SuppressWarnings("ArrayRecordComponent")
  public record Classes(int[] chosen, float[][] probabilities) {}
}
