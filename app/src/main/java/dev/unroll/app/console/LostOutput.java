package dev.unroll.app.console;

import java.io.IOException;
import java.io.UncheckedIOException;

/// The output of a command could not be written. It ends the command, wherever it is printing: to
/// continue would be to compute for nothing.
public final class LostOutput extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  private final boolean readerLeft;

  /// @param readerLeft whether the reader of the output has ended, such as `head`
  LostOutput(IOException cause, boolean readerLeft) {
    super(cause);
    this.readerLeft = readerLeft;
  }

  /// Whether the reader of the output has ended: it has seen all it wanted, so there is no message.
  public boolean readerLeft() {
    return readerLeft;
  }

  /// The reason, in one sentence.
  public String sentence() {
    return "standard output cannot be written: %s; free space, or send it elsewhere"
        .formatted(reason());
  }

  private String reason() {
    var cause = getCause();
    return cause == null || cause.getMessage() == null ? "the system refuses" : cause.getMessage();
  }
}
