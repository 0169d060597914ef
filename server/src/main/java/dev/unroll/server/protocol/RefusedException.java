package dev.unroll.server.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request that is not answered as asked: a status of HTTP and one sentence that says why.
@SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final int retryAfter;

  private RefusedException(int status, int retryAfter, String sentence) {
    // No trace: it is an answer, and clients decide how many of them are made.
    super(sentence, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /// A request with a fault: 400.
  public static RefusedException invalid(String format, @Nullable Object... values) {
    return of(400, format, values);
  }

  /// A model, version or sequence that is not there: 404.
  public static RefusedException missing(String format, @Nullable Object... values) {
    return of(404, format, values);
  }

  /// A request with another status.
  public static RefusedException of(int status, String format, @Nullable Object... values) {
    return new RefusedException(status, 0, String.format(Locale.ROOT, format, values));
  }

  /// A request for which there is no room now: 429.
  ///
  /// @param seconds after which it may be tried again
  public static RefusedException busy(int seconds, String format, @Nullable Object... values) {
    return new RefusedException(429, seconds, String.format(Locale.ROOT, format, values));
  }

  /// The same with another status.
  public RefusedException status(int other) {
    return new RefusedException(other, retryAfter, sentence());
  }

  /// The status of HTTP.
  public int status() {
    return status;
  }

  /// The seconds after which it may be tried again; 0 if it is of no use.
  public int retryAfter() {
    return retryAfter;
  }

  /// One sentence that says why.
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
