package dev.unroll.onnx.array;

import dev.unroll.format.file.Printable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a file or an input must not be, in one sentence; [dev.unroll.onnx] makes it the exception
/// of its callers. Names from files may be part of it: control characters become `·`, so that none
/// can move the cursor of a terminal.
public class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// With the sentence.
  public Refusal(String sentence) {
    super(Printable.of(sentence));
  }

  /// With a format and its arguments.
  @SuppressWarnings("AnnotateFormatMethod")
  public static Refusal of(String format, @Nullable Object... arguments) {
    return new Refusal(String.format(Locale.ROOT, format, arguments));
  }

  /// The same, said of a place: `place: sentence`.
  public Refusal at(String place) {
    var moved = new Refusal(place + ": " + sentence());
    moved.setStackTrace(getStackTrace());
    return moved;
  }

  /// The sentence.
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
