package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.tensor.guard.OneCaller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stream of inputs in JSON Lines, such as a pipe: the first can be processed before the last is
/// written. For one thread: overlapping calls are refused by an `IllegalStateException`.
public final class InputLines {
  private final OneCaller caller =
      new OneCaller("InputLines", "read them by one thread, and hand the inputs on");
  private final BufferedReader reader;
  private final String name;
  private final JsonSide side;
  private final @Nullable Tokens tokens;
  private long line;
  private @Nullable DataException wrong;

  /// @param in UTF-8, not compressed
  /// @param name for messages
  /// @param tokens the tokens of the symbols; `null` for numbers
  public InputLines(InputStream in, String name, As as, @Nullable Tokens tokens) {
    reader = new BufferedReader(new InputStreamReader(in, UTF_8.newDecoder()));
    this.name = name;
    side = new JsonSide("input", as);
    this.tokens = tokens;
  }

  /// The next inputs: waits for one, and returns all that have arrived by then. Blank lines are
  /// left out.
  ///
  /// @param most the largest number of inputs, at least 1
  /// @return empty at the end
  /// @throws DataException one sentence with the number of the line, once the inputs before it are
  ///     returned
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
    try {
      while (wrong == null && (inputs.isEmpty() || inputs.size() < most && reader.ready())) {
        var text = line();
        if (text == null) {
          break;
        }
        if (!text.isBlank()) {
          var row = List.of(JsonLine.of(name, text, line, JsonLine.INPUT));
          inputs.addAll(InputFile.of(name, row, side::cell, tokens).inputs());
          lines.add(line);
        }
      }
    } catch (DataException e) {
      wrong = e;
    }
    if (inputs.isEmpty() && wrong != null) {
      throw wrong;
    }
    return new InputFile(name, inputs, lines);
  }

  private @Nullable String line() throws IOException {
    try {
      var text = reader.readLine();
      line++;
      return line == 1 && text != null && text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(
          "%s, line %d: not UTF-8; convert it, for example with iconv -f LATIN1 -t UTF-8."
              .formatted(name, line + 1),
          e);
    }
  }
}
