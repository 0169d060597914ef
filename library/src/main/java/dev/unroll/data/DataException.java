package dev.unroll.data;

import org.jspecify.annotations.Nullable;

/// Data that cannot be used as asked; the message is one sentence for the person who brought it:
/// what, expected, actual, cure.
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
