package dev.unroll.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A file that is not in the expected format; the message is one sentence that names the file, what
/// is wrong, what was expected and what to do.
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /// With the sentence for the user.
  public FormatException(String message) {
    super(message);
  }

  /// With the sentence for the user and what caused it.
  public FormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
