package dev.unroll.model.decoding;

import dev.unroll.Engine;
import dev.unroll.layer.run.Bounds;
import dev.unroll.model.Feeding;
import dev.unroll.model.part.ColumnCopy;
import dev.unroll.model.part.Reader;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The inputs of a decoder's steps with known targets (teacher forcing),
/// `x_t = [context; e(y_{t−1})]`. The context is c, the result of attention, or with input feeding
/// the attentional vector of the previous step. One caller at a time.
final class DecoderInputs {
  private final Decoder decoder;
  private final TeacherForcing dictation;
  private final Reader.@Nullable Run feedback;
  private final int batch;
  private final int context;
  private final Rows x;
  private final Rows dFeedback;

  DecoderInputs(Decoder decoder, Engine engine, TeacherForcing dictation, Bounds bounds) {
    this.decoder = decoder;
    this.dictation = dictation;
    batch = bounds.batch();
    context = decoder.contextSize();
    var reader = decoder.feedback();
    feedback = reader == null ? null : reader.run(engine, bounds.time(), batch, bounds.isNoisy());
    int rows = bounds.time() * batch;
    x = Rows.allocate(rows, decoder.trunk().layer().inputSize());
    dFeedback = Rows.allocate(
        reader != null && bounds.training() ? rows : 0, Math.max(1, decoder.feedbackSize()));
  }

  /// `[T, B, F]`; the first columns are the context.
  Rows rows() {
    return x;
  }

  /// Begins a pass.
  void begin() {
    Leftovers.spoil(x);
    Leftovers.spoil(dFeedback);
  }

  /// Writes the feedback of the steps `[from, to)`.
  void feed(int from, int to, long draw) {
    int size = decoder.feedbackSize();
    if (feedback != null) {
      var vectors = feedback.forward(dictation.fed(), from * batch, to * batch, draw);
      ColumnCopy.copy(vectors, 0, x, context, size, from * batch, to * batch);
    } else if (size > 0) {
      ColumnCopy.copy(dictation.numbers(), 0, x, context, size, from * batch, to * batch);
    }
  }

  /// Writes c `[B, C]` as the context of the steps `[from, to)` that read it, and zero for the
  /// others.
  void give(Rows vector, int from, int to) {
    for (int t = from; t < to; t++) {
      if (t == 0 || decoder.options().feeding() == Feeding.EVERY_STEP) {
        ColumnCopy.copy(vector, 0, ColumnCopy.step(x, t, batch), 0, context, 0, batch);
      } else {
        clear(t);
      }
    }
  }

  private void clear(int t) {
    for (int b = 0; b < batch; b++) {
      int at = (t * batch + b) * x.columns();
      Arrays.fill(x.array(), at, at + context, 0f);
    }
  }

  /// Writes step t of the contexts `[T, B, context]`.
  void attend(Rows contexts, int t) {
    ColumnCopy.copy(contexts, 0, x, 0, context, t * batch, (t + 1) * batch);
  }

  /// Writes step t − 1 of the attentional vectors `[T, B, H]` as the context of step t; zero at the
  /// first.
  void feedInput(Rows attentional, int t) {
    if (t == 0) {
      clear(t);
    } else {
      var before = ColumnCopy.step(attentional, t - 1, batch);
      ColumnCopy.copy(before, 0, ColumnCopy.step(x, t, batch), 0, context, 0, batch);
    }
  }

  /// Passes on the gradient of the feedback.
  ///
  /// @param dx the gradient of the inputs, `[steps, B, F]`
  void backward(Rows dx, int steps) {
    if (feedback != null) {
      ColumnCopy.copy(dx, context, dFeedback, 0, decoder.feedbackSize(), 0, steps * batch);
      feedback.backward(dFeedback);
    }
  }

  /// Adds the gradient of c, `[B, C]`, from that of the inputs of the steps that read it.
  void addVectorGradient(Rows dx, int steps, Rows dVector) {
    int fedSteps = decoder.options().feeding() == Feeding.EVERY_STEP ? steps : 1;
    for (int t = 0; t < fedSteps; t++) {
      ColumnCopy.add(ColumnCopy.step(dx, t, batch), 0, dVector, 0, context, 0, batch);
    }
  }

  long bytes() {
    return 4L * (x.array().length + dFeedback.array().length)
        + (feedback == null ? 0 : feedback.bytes());
  }
}
