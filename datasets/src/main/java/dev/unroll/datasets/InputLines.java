package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.tensor.guard.OneCaller;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// A stream of inputs in JSON Lines, such as a pipe: the first can be processed before the last is
/// written. For one thread: overlapping calls are refused by an `IllegalStateException`.
public final class InputLines implements InputReader {
  private final OneCaller caller =
      new OneCaller("InputLines", "read them by one thread, and hand the inputs on");
  private final BufferedInputStream in;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final String name;
  private final JsonSide side;
  private final @Nullable Tokens tokens;
  private long line;
  private @Nullable DataException wrong;

  /// @param in UTF-8, not compressed
  /// @param name for messages
  /// @param field of the inputs; null for `input`
  /// @param tokens the tokens of the symbols; `null` for numbers
  public InputLines(InputStream in, String name, @Nullable String field, As as,
      @Nullable Tokens tokens) {
    this.in = new BufferedInputStream(in);
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
    while (wrong == null && (inputs.isEmpty() || inputs.size() < most && in.available() > 0)) {
      try {
        var text = line();
        if (text == null) {
          break;
        }
        if (!text.isBlank()) {
          inputs.add(values(text));
          lines.add(line);
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
    var object = JsonLine.of(name, text, line, JsonLine.INPUT);
    try {
      return side.cell(object).values(tokens);
    } catch (DataException e) {
      throw new DataException("%s, line %d: %s".formatted(name, line, e.getMessage()), e);
    }
  }

  /// Decodes each line on its own, so that one that is not UTF-8 does not spoil the next.
  private @Nullable String line() throws IOException {
    bytes.reset();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      bytes.write(c);
    }
    line++;
    try {
      var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
      return line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(
          "%s, line %d: not UTF-8; convert it, for example with iconv -f LATIN1 -t UTF-8."
              .formatted(name, line),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
