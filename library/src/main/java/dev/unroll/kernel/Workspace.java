package dev.unroll.kernel;

import dev.unroll.tensor.guard.Leftovers;

/// Scratch memory of one thread for packed blocks: grown for a larger block, then reused, so
/// that a warm loop allocates nothing. Contents last until the next request for the same side.
public final class Workspace {
  private float[] left = {};
  private float[] right = {};

  /// At least `length` floats for blocks of the left-hand operand.
  public float[] left(int length) {
    if (left.length < length) {
      left = new float[length];
    }
    Leftovers.spoil(left, 0, length);
    return left;
  }

  /// At least `length` floats for blocks of the right-hand operand.
  public float[] right(int length) {
    if (right.length < length) {
      right = new float[length];
    }
    Leftovers.spoil(right, 0, length);
    return right;
  }
}
