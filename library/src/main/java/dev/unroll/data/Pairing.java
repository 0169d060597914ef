package dev.unroll.data;

/// How long input and target of a structure are.
public enum Pairing {
  /// Sequence → vector: the target has one step.
  ONE_TARGET,
  /// Sequence → sequence: the target is as long as the input.
  STEP_BY_STEP,
  /// Vector → sequence: the input has one step.
  ONE_INPUT,
  /// Encoder – decoder: any two lengths.
  ANY
}
