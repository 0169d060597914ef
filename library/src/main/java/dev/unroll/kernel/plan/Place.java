package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;

/// The place of a value: a column of a buffer, in the slot of step `t + shift`.
///
/// @param column the index of the buffer's column
/// @param shift 1 for a value that a step passes to the next one in a buffer of states, else 0
public record Place(Buffer buffer, int column, int shift) {

  /// The size of the value.
  public Size size() {
    return buffer.columns().get(column);
  }

  @Override
  public String toString() {
    return buffer.name()
        + (buffer.columns().size() > 1 ? "." + column : "")
        + (shift == 0 ? "" : "'");
  }
}
