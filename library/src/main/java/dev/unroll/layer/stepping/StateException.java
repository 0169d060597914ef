package dev.unroll.layer.stepping;

/// States that do not fit a layer, or bytes that are not intact states; the message is one sentence
/// that says what is wrong and what was expected.
public final class StateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// With the sentence for the user.
  public StateException(String message) {
    super(message);
  }
}
