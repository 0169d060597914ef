package dev.unroll.stream;

/// What becomes of an event that cannot be scored, as a feature is missing or not finite, or cannot
/// be read.
public enum BadEvents {
  /// It is passed by, and goes where the engine sends what it skips; the state of its key stays as
  /// it is.
  SKIP,

  /// The job fails with a sentence that names key and feature.
  FAIL,

  /// A feature that is missing or not finite becomes the mean of the data that the model was
  /// trained on, which is in its scaling, or 0 without one; a token becomes `<unk>`. What cannot be
  /// imputed is skipped.
  IMPUTE
}
