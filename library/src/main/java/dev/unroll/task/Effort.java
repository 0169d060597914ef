package dev.unroll.task;

/// Time against quality.
public enum Effort {
  /// A third of the epochs: to see whether something can be learned.
  QUICK,
  /// What `docs/defaults.md` was measured with.
  NORMAL,
  /// Twice the epochs and units.
  THOROUGH
}
