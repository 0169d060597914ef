package dev.unroll.data;

import org.jspecify.annotations.Nullable;

/// Data that cannot be used; the message is one sentence for the user that says what is wrong, what
/// was expected, what was found and how to fix it.
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// With the sentence for the user.
  public DataException(String message) {
    super(message);
  }

  /// With the sentence for the user and what caused it.
  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
