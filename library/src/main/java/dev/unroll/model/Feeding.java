package dev.unroll.model;

/// At which steps a decoder reads its input vector.
public enum Feeding {
  /// As input at the first step; later steps have zeros there.
  FIRST_STEP,
  /// As input at every step (Cho et al. 2014, arXiv 1406.1078).
  EVERY_STEP
}
