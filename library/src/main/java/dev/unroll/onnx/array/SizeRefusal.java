package dev.unroll.onnx.array;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A refusal of what is too large.
public final class SizeRefusal extends Refusal {
  private static final long serialVersionUID = 1L;

  /// With the sentence.
  public SizeRefusal(String sentence) {
    super(sentence);
  }

  /// With a format and its arguments.
  @SuppressWarnings("AnnotateFormatMethod")
  public static SizeRefusal of(String format, @Nullable Object... arguments) {
    return new SizeRefusal(String.format(Locale.ROOT, format, arguments));
  }

  @Override
  public SizeRefusal at(String place) {
    var moved = new SizeRefusal(place + ": " + sentence());
    moved.setStackTrace(getStackTrace());
    return moved;
  }
}
