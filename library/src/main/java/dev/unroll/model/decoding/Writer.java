package dev.unroll.model.decoding;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.layer.attention.AttentionRun;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.LayerRun.StateRows;
import dev.unroll.layer.run.Span;
import dev.unroll.model.Feeding;
import dev.unroll.model.part.ColumnCopy;
import dev.unroll.model.part.Head;
import dev.unroll.model.part.Reader;
import dev.unroll.model.part.Source;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A decoder that generates symbol by symbol, for several sequences of each sample side by side,
/// row `b·width + k` for sequence k of sample b. One caller at a time.
public final class Writer {
  private static final Span ONCE = Span.of(1);

  private final Decoder decoder;
  private final int width;
  private final int rows;
  private final LayerRun body;
  private final DecoderStart start;
  private final Reader.@Nullable Run feedback;
  private final @Nullable AttentionRun attention;
  private final @Nullable LayerRun combination;
  private final Head.Run head;
  private final List<StateRows> before;
  private final List<StateRows> after;
  private final Rows vector;
  private final Rows x;

  /// The input that the next step gets from the previous one: h as a query, or h̃ with input
  /// feeding.
  private final Rows previous;
  private final Rows joint;
  private Rows current;
  private boolean isFirst;

  public Writer(Decoder decoder, Engine engine, int memoryTime, int samples, int width) {
    this.decoder = decoder;
    this.width = width;
    rows = samples * width;
    var bounds = Bounds.of(1, rows, false).within();
    var layer = decoder.trunk().layer();
    body = layer.run(engine, bounds);
    before = body.states();
    after = body.statesAfter(1);
    start = new DecoderStart(decoder, engine, rows, false);
    var reader = decoder.feedback();
    feedback = reader == null ? null : reader.run(engine, 1, rows, false);
    var attends = decoder.attention();
    attention = attends == null ? null : attends.run(engine, memoryTime, bounds, width);
    var combines = decoder.combination();
    combination = combines == null ? null : combines.run(engine, bounds);
    head = decoder.head().run(engine, bounds);
    vector = Rows.allocate(rows, decoder.vectorSize());
    x = Rows.allocate(rows, layer.inputSize());
    previous = Rows.allocate(rows, layer.outputSize());
    int memorySize = attends == null ? 0 : attends.memorySize();
    joint = Rows.allocate(attends == null ? 0 : rows, layer.outputSize() + memorySize);
    current = previous;
    load();
  }

  public void load() {
    body.load();
    start.load();
    head.load();
    if (attention != null) {
      attention.load();
    }
    if (combination != null) {
      combination.load();
    }
  }

  /// Begins a sequence in each row.
  public void begin(Source source) {
    Leftovers.spoil(vector);
    Leftovers.spoil(x);
    Leftovers.spoil(previous);
    Leftovers.spoil(joint);
    for (int row = 0; row < rows; row++) {
      int sample = row / width;
      var from = source.vector();
      System.arraycopy(from.array(), from.offset() + sample * from.columns(), vector.array(),
          row * vector.columns(), vector.columns());
    }
    body.begin();
    start.forward(vector, before);
    if (attention != null) {
      attention.read(source.memory(), source.span());
    }
    var first = decoder.attendsBefore() ? start.output(before) : null;
    if (first == null) {
      ColumnCopy.clear(previous, 0, rows);
    } else {
      ColumnCopy.copy(first.rows(), 0, previous, 0, previous.columns(), 0, rows);
    }
    isFirst = true;
  }

  /// Predicts the next symbol of each row.
  ///
  /// @param symbols `[rows]`, the last symbol of each row; [Decoder#border] at the beginning
  /// @return the logits `[rows, classes]`
  public Rows step(int[] symbols) {
    int context = decoder.contextSize();
    int hidden = previous.columns();
    if (feedback != null) {
      var vectors = feedback.forward(symbols, rows, 0);
      ColumnCopy.copy(vectors, 0, x, context, decoder.feedbackSize(), 0, rows);
    }
    if (decoder.attendsBefore()) {
      ColumnCopy.copy(
          requireNonNull(attention).attendStep(previous, 0, ONCE), 0, x, 0, context, 0, rows);
    } else if (decoder.options().inputFeeding()) {
      ColumnCopy.copy(previous, 0, x, 0, context, 0, rows);
    } else if (isFirst || decoder.options().feeding() == Feeding.EVERY_STEP) {
      ColumnCopy.copy(vector, 0, x, 0, context, 0, rows);
    } else {
      clearContext(context);
    }
    isFirst = false;
    var h = body.step(x, rows);
    current = h;
    if (attention == null) {
      return head.step(h, rows);
    }
    ColumnCopy.copy(h, 0, joint, 0, hidden, 0, rows);
    var contexts = combination == null ? x : attention.attendStep(h, 0, ONCE);
    ColumnCopy.copy(contexts, 0, joint, hidden, joint.columns() - hidden, 0, rows);
    if (combination == null) {
      return head.step(joint, rows);
    }
    current = combination.step(joint, rows);
    return head.step(current, rows);
  }

  private void clearContext(int context) {
    for (int row = 0; row < rows; row++) {
      int at = row * x.columns();
      Arrays.fill(x.array(), at, at + context, 0f);
    }
  }

  /// Makes each row continue from the row `parents[row]`, of the same sample.
  public void choose(int[] parents) {
    for (int i = 0; i < before.size(); i++) {
      copy(after.get(i).rows(), before.get(i).rows(), parents);
    }
    copy(current, previous, parents);
  }

  private static void copy(Rows from, Rows to, int[] parents) {
    int n = to.columns();
    for (int row = 0; row < parents.length; row++) {
      System.arraycopy(from.array(), from.offset() + parents[row] * n, to.array(),
          to.offset() + row * n, n);
    }
  }
}
