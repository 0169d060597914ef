package dev.unroll.task;

/// One thing that a task has understood of its data or decided, to be shown before it begins.
///
/// @param about which one
/// @param text in words
public record Understanding(About about, String text) {
  /// What it is about, so that whoever shows it can say how to change it.
  public enum About {
    /// Which columns hold what, and how much there is.
    DATA,
    /// What looks wrong in them.
    DOUBT,
    /// How they are read.
    INPUT,
    /// Which of them train and which validate.
    SPLIT,
    /// What the model is made of.
    MODEL,
    /// How long it learns, and what is kept.
    TRAINING
  }
}
