package dev.unroll.layer.run;

/// A run that keeps what stands in the `x` of absent steps out of its numbers.
public interface ReadsPresent {
  /// What it reads comes from a run that did so: it need not look.
  void trustInput();
}
