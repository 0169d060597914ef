package dev.unroll.app.page;

/// A finding, in words with numbers.
///
/// @param name of its subject, `simple RNN`
/// @param text a sentence or two
/// @param tone its tone
public record Verdict(String name, String text, Tone tone) {

  /// The color of a verdict; the words say the same.
  public enum Tone {
    /// Good.
    GOOD,
    /// Neutral.
    OK,
    /// A problem.
    BAD
  }
}
