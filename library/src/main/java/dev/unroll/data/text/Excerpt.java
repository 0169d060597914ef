package dev.unroll.data.text;

/// An excerpt of a user's file for an error message: short, and always on one line. A cell of a
/// table may hold megabytes.
public final class Excerpt {
  private static final int LONGEST = 40;

  private Excerpt() {}

  /// The beginning of a text, with `…` where it was cut and `·` for line breaks.
  public static String of(String text) {
    int end = Math.min(LONGEST, text.length());
    // Not between the two halves of a character.
    end -= end < text.length() && Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
    var shown = text.substring(0, end).replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "·");
    return end < text.length() ? shown + "…" : shown;
  }
}
