package dev.unroll.app.studio.play;

import dev.unroll.Engine;
import dev.unroll.app.data.Opening;
import dev.unroll.app.data.TextSource;
import dev.unroll.layer.stepping.State;
import dev.unroll.model.ModelStepper;
import dev.unroll.model.Sampling;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import dev.unroll.train.text.TextCoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// A language model that writes, symbol by symbol: each with the states of all units after it was
/// read, and with what the model expected next.
public final class LiveWriting {
  /// So many symbols are written at most.
  public static final int LONGEST = 2_000;

  private static final int LIKELIEST = 8;

  /// What a play begins with.
  private static final String SPEAKER = "ROMEO:\n";

  /// What a user asks.
  ///
  /// @param prompt what is read first
  /// @param length of what is written, in symbols
  /// @param sampling how symbols are drawn
  /// @param seed the same one gives the same text
  public record Request(String prompt, int length, Sampling sampling, long seed) {
    /// @throws IllegalArgumentException that names the value that is out of range
    public Request {
      if (length < 0 || length > LONGEST) {
        throw new IllegalArgumentException(
            "the length is %d, expected 0 to %d".formatted(length, LONGEST));
      }
      if (prompt.length() > LONGEST) {
        throw new IllegalArgumentException(
            "the text to begin with has %d characters, expected at most %d"
                .formatted(prompt.length(), LONGEST));
      }
    }
  }

  /// Receives a line of the answer.
  public interface Lines {
    /// Takes it; an exception ends the writing.
    void take(SequencedMap<String, Object> line) throws IOException;
  }

  private final TextCoding coding;
  private final Request request;
  private final ModelStepper stepper;
  private final State state;
  private final Rows logits;

  private LiveWriting(TextCoding coding, Request request, ModelStepper stepper) {
    this.coding = coding;
    this.request = request;
    this.stepper = stepper;
    state = stepper.initial();
    logits = Rows.allocate(1, stepper.outputs());
  }

  /// A text to begin with: the name of a speaker for models of Shakespeare's plays, else nothing.
  public static String opening(Playable model) throws IOException {
    return model.kind().equals("text") && model.file().provenance().has("data")
        && TextSource.trainedOn(model.file()).equals(TextSource.SHAKESPEARE) ? SPEAKER : "";
  }

  /// Writes: a line that says what the states are, then one for each symbol.
  ///
  /// @throws IOException if a line cannot be sent, as somebody has gone
  public static void write(Playable model, Request request, Lines lines) throws IOException {
    var coding = TextCoding.of(model.file());
    var opening = Opening.of(coding, request.prompt());
    try (var engine = Engine.of(1)) {
      var stepper = model.file().languageModel().stepper(engine, 1);
      new LiveWriting(coding, request, stepper).write(opening, lines);
    }
  }

  private void write(int[] opening, Lines lines) throws IOException {
    var head = new LinkedHashMap<String, Object>();
    head.put("states", stepper.layout().parts().stream().map(LiveWriting::part).toList());
    lines.take(head);
    var decoder = coding.decoder();
    int added = opening.length - coding.encode(request.prompt()).length; // the line break before it
    for (int i = 0; i < opening.length; i++) {
      read(opening[i]);
      var text = decoder.next(opening[i]);
      if (i >= added) {
        lines.take(line(text, true));
      }
    }
    var random = CounterRandom.of(request.seed()).stream("generate");
    for (int i = 0; i < request.length(); i++) {
      int symbol = request.sampling().draw(logits, random.uniform(0, i));
      read(symbol);
      lines.take(line(decoder.next(symbol), false));
    }
  }

  private static SequencedMap<String, Object> part(State.Layout.Part part) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", part.name());
    fields.put("size", part.size());
    return fields;
  }

  private void read(int symbol) {
    stepper.step(symbol, state, logits.array(), state);
    if (!Float.isFinite(logits.array()[0])) {
      throw new IllegalStateException("the model's numbers are not finite, as after a training that"
          + " failed; train again");
    }
  }

  private SequencedMap<String, Object> line(String text, boolean given) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("text", text);
    fields.put("given", given);
    fields.put("state", Base64.getEncoder().encodeToString(bytes()));
    fields.put("next", next());
    return fields;
  }

  /// The value of each unit, as little-endian floats.
  private byte[] bytes() {
    var values = state.toArray();
    var bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /// The likeliest symbols, at the temperature.
  private List<Object> next() {
    double temperature = Math.max(1e-3, request.sampling().temperature());
    int n = logits.columns();
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, logits.array()[i]);
    }
    var p = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      p[i] = Math.exp((logits.array()[i] - most) / temperature);
      sum += p[i];
    }
    double total = sum;
    return new ArrayList<>(IntStream.range(0, n).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -p[i])).limit(LIKELIEST)
        .map(i -> List.<Object>of(coding.tokens().token(i),
            Math.round(1e4 * p[i] / total) / 1e4))
        .toList());
  }
}
