package dev.unroll.stream;

/// What to do with an event that cannot be scored because a feature is missing, is not finite or
/// cannot be read.
public enum BadEvents {
  /// Skip it: the engine sends it to its side output, if it has one. The state of its key does not
  /// change.
  SKIP,

  /// Fail the job, with a message that names the key and the feature.
  FAIL,

  /// Replace the feature by its mean in the training data, which the scaling of the model has, or
  /// by 0 without a scaling, and an unknown token by `<unk>`. Skip what cannot be imputed.
  IMPUTE
}
