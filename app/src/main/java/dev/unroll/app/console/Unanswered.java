package dev.unroll.app.console;

import dev.unroll.data.DataException;
import dev.unroll.format.json.Json;
import java.util.LinkedHashMap;

/// The inputs that could not be answered: each gets an object with an `error` in its place, and is
/// also told on the error stream, while the others are answered.
public final class Unanswered {
  private final Terminal terminal;
  private long count;

  public Unanswered(Terminal terminal) {
    this.terminal = terminal;
  }

  /// Prints one of them.
  ///
  /// @param sentence what is wrong, with its line
  public void add(String sentence) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("error", sentence);
    add(sentence, Json.write(fields));
  }

  /// Prints one of them, in a form of its own.
  ///
  /// @param sentence what is wrong, with its line
  /// @param answer what stands in place of the answer
  public void add(String sentence, String answer) {
    count++;
    terminal.println(answer);
    terminal.err().println("unroll: " + Failure.ended(sentence));
    terminal.err().flush();
  }

  /// Makes the command fail if there was one.
  ///
  /// @throws DataException if there was one
  public void requireNone() {
    if (count > 0) {
      throw new DataException(count == 1 ? "one input could not be answered, as said above"
          : "%,d inputs could not be answered, as said above".formatted(count));
    }
  }
}
