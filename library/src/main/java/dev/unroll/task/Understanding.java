package dev.unroll.task;

/// One finding of a task about its data, or one decision, to be shown before training begins.
///
/// @param about its topic
/// @param text in words
public record Understanding(About about, String text) {
  /// A number of things for a sentence: `1 epoch`, `2 epochs`.
  ///
  /// @param one the word for one of them
  public static String count(long count, String one) {
    return ReportText.count(count, one);
  }

  /// The topic of a finding, so that the caller can say how to change it.
  public enum About {
    /// The roles of the columns, and the amount of data.
    DATA,
    /// Suspicious data.
    DOUBT,
    /// How the data is read.
    INPUT,
    /// The split into training and validation data.
    SPLIT,
    /// The architecture of the model.
    MODEL,
    /// The length of training, and which epoch is kept.
    TRAINING
  }
}
