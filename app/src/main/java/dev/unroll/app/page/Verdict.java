package dev.unroll.app.page;

/// What was found about something, in words with numbers.
///
/// @param name of what it is about, `simple RNN`
/// @param text a sentence or two
/// @param tone how it is meant
public record Verdict(String name, String text, Tone tone) {

  /// Colours a verdict; the words say the same.
  public enum Tone {
    /// As one wishes.
    GOOD,
    /// Neither.
    OK,
    /// Something to change.
    BAD
  }
}
