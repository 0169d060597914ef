package dev.unroll.layer.run;

/// A run that ignores the values of `x` at padded steps.
public interface ReadsPresent {
  /// Its input comes from a run that did so: it need not check.
  void trustInput();
}
