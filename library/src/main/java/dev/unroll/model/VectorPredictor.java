package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.model.part.InputBatches;
import java.util.List;

/// Predicts with a [SequenceToVector]: one output for each sequence.
///
/// Cheap to make; its memory grows with the longest sequence. Used by one thread at a time; a call
/// that overlaps another one is refused. The parameters are taken over when it is first used:
/// [#load] after they changed. The interruption of the thread ends a call between batches, by a
/// [java.util.concurrent.CancellationException].
public final class VectorPredictor {
  private final SequenceToVector model;
  private final InputBatches batches;

  VectorPredictor(SequenceToVector model, Engine engine) {
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

  /// The outputs for one sequence: the probability of each class, or numbers.
  ///
  /// @param steps `[T, F]`
  /// @throws dev.unroll.data.DataException if there is no step, a number is not finite, or the
  ///     model reads something else
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public float[] predict(float[]... steps) {
    return predict(Values.Features.ofRows(steps));
  }

  /// The outputs for one sequence of symbols.
  ///
  /// @throws dev.unroll.data.DataException if there is no symbol, one is not known, or the model
  ///     reads vectors
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public float[] predict(int... symbols) {
    return predict(new Values.Symbols(symbols));
  }

  /// The outputs for one sequence.
  ///
  /// @throws dev.unroll.data.DataException if the model cannot read it
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public float[] predict(Values sequence) {
    DataException.refuseNull(sequence, "the input");
    return predictValues(List.of(sequence)).getFirst();
  }

  /// The outputs for many sequences, in their order; each result has the same bits as if it were
  /// predicted alone.
  ///
  /// @param sequences each `[T, F]`, of any lengths
  /// @throws dev.unroll.data.DataException if the model cannot read one
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public List<float[]> predict(List<float[][]> sequences) {
    DataException.refuseNullIn(sequences, "input");
    return predictValues(sequences.stream().map(Values.Features::ofRows).toList());
  }

  /// The outputs for many sequences, in their order; each result has the same bits as if it were
  /// predicted alone.
  ///
  /// @throws dev.unroll.data.DataException if the model cannot read one
  /// @throws IllegalStateException if an output is not finite, as after a training that failed
  public List<float[]> predictValues(List<? extends Values> sequences) {
    return batches.read(sequences, (units, outputs, _, _, b, _) -> {
      var row = new float[outputs.columns()];
      System.arraycopy(
          outputs.array(), outputs.offset() + b * row.length, row, 0, row.length);
      units.invert(row, 0);
      FiniteAnswers.require(row, model.parameters());
      return row;
    });
  }

  /// Predicts the class of a text, for a model that knows its tokens and labels.
  ///
  /// @throws dev.unroll.data.DataException if a character or word of it is not known
  /// @throws IllegalStateException if the model reads no texts, or does not output labels
  public Prediction predict(String text) {
    DataException.refuseNull(text, "the text");
    return predictTexts(List.of(text)).getFirst();
  }

  /// Predicts the classes of many texts, in their order.
  ///
  /// @throws dev.unroll.data.DataException if a character or word is not known
  /// @throws IllegalStateException if the model reads no texts, or does not output labels
  public List<Prediction> predictTexts(List<String> texts) {
    DataException.refuseNullIn(texts, "text");
    var labels = model.architecture().outputs().labels();
    if (labels == null) {
      throw new IllegalStateException("the model does not know what its classes are; make it with"
          + " Outputs.labels, or encode the text and use the probabilities");
    }
    var inputs = model.architecture().inputs();
    return predictValues(texts.stream().map(t -> new Values.Symbols(inputs.encode(t))).toList())
        .stream().map(p -> Prediction.of(labels.toList(), p)).toList();
  }
}
