package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Utf8Lines;
import dev.unroll.data.Values;
import dev.unroll.tensor.guard.OneCaller;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// A stream of inputs in JSON Lines, such as a pipe: the first can be processed before the last is
/// written. For one thread: overlapping calls are refused by an `IllegalStateException`.
public final class InputLines implements InputReader {
  private final OneCaller caller =
      new OneCaller("InputLines", "read them by one thread, and hand the inputs on");
  private final Utf8Lines in;
  private final String name;
  private final JsonSide side;
  private final @Nullable Tokens tokens;
  private @Nullable DataException wrong;

  /// @param in UTF-8, not compressed
  /// @param name for messages
  /// @param field of the inputs; null for `input`
  /// @param tokens the tokens of the symbols; `null` for numbers
  public InputLines(InputStream in, String name, @Nullable String field, As as,
      @Nullable Tokens tokens) {
    this.in = new Utf8Lines(in, name);
    this.name = name;
    side = new JsonSide("input", field, as);
    this.tokens = tokens;
  }

  /// The next inputs: waits for one, and returns all that have arrived by then. Blank lines are
  /// left out.
  @Override
  public InputFile next(int most) throws IOException {
    caller.enter();
    try {
      return taken(most);
    } finally {
      caller.leave();
    }
  }

  private InputFile taken(int most) throws IOException {
    var inputs = new ArrayList<Values>();
    var lines = new ArrayList<Long>();
    while (wrong == null && (inputs.isEmpty() || inputs.size() < most && in.ready())) {
      try {
        var text = in.next();
        if (text == null) {
          break;
        }
        if (!text.isBlank()) {
          inputs.add(values(text));
          lines.add(in.number());
        }
      } catch (DataException e) {
        wrong = e;
      }
    }
    var mistake = wrong;
    if (inputs.isEmpty() && mistake != null) {
      wrong = null;
      throw mistake;
    }
    return new InputFile(name, inputs, lines);
  }

  private Values values(String text) {
    var object = JsonLine.of(name, text, in.number(), JsonLine.INPUT);
    try {
      return side.cell(object).values(tokens);
    } catch (DataException e) {
      throw new DataException("%s: %s".formatted(in.where(), e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
