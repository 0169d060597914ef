package dev.unroll.task;

/// The trade-off between training time and quality.
public enum Effort {
  /// A third of the epochs: for a quick check whether something can be learned.
  QUICK,
  /// The default, which `docs/defaults.md` was measured with.
  NORMAL,
  /// Twice the epochs and units.
  THOROUGH
}
