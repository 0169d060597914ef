package dev.unroll.series;

/// How the values within a step become one.
public enum Aggregate {
  /// Their mean; missing if there is none.
  MEAN,
  /// Their sum; 0 if there is none.
  SUM
}
