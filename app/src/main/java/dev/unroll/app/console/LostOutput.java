package dev.unroll.app.console;

import java.io.IOException;
import java.io.UncheckedIOException;

/// What a command printed did not arrive. It ends the command, wherever it is printing: to go on
/// would be to compute what nobody sees.
public final class LostOutput extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  private final boolean readerLeft;

  /// @param readerLeft whether what read the output has ended, such as `head`
  LostOutput(IOException cause, boolean readerLeft) {
    super(cause);
    this.readerLeft = readerLeft;
  }

  /// Whether what read the output has ended: it has seen all it wanted, so there is nothing to say.
  public boolean readerLeft() {
    return readerLeft;
  }

  /// Why, in one sentence.
  public String sentence() {
    return "standard output cannot be written: %s; free space, or send it elsewhere"
        .formatted(reason());
  }

  private String reason() {
    var cause = getCause();
    return cause == null || cause.getMessage() == null ? "the system refuses" : cause.getMessage();
  }
}
