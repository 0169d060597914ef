package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;
import java.util.List;
import java.util.stream.Collectors;

/// Memory for some values side by side: rows of `Σ columns` floats.
///
/// @param name its name in a dump; unique in its plan
/// @param span the kind of rows
/// @param columns the sizes of the values that share a row
public record Buffer(String name, Span span, List<Size> columns) {
  /// The number of steps that one row of [Span#SUMS] sums up.
  public static final int SUMMED_STEPS = 64;

  /// The rows of a buffer.
  public enum Span {
    /// A row for each step and sample: `[T, B, ·]`.
    STEPS,
    /// Like `STEPS`, in an array of the caller: `x` and the gradient of the output.
    GIVEN,
    /// Like `STEPS` with one more step: slot t holds the value before step t, slot t + 1 the one
    /// after.
    STATES,
    /// A row for each sample, the same memory in each step: `[B, ·]`.
    SAMPLES,
    /// Sums over 64 steps each, a row for each sample: `[T/64, B, ·]`, rounded up. They start at
    /// zero. Short sums keep rounding errors from growing with the length of the sequence.
    SUMS,
    /// A row for each sample, filled before the sequence, by the layer or once in the pass:
    /// `[B, ·]`.
    MASK
  }

  /// Copies its columns.
  public Buffer {
    columns = List.copyOf(columns);
  }

  @Override
  public String toString() {
    var rows = switch (span) {
      case STEPS, GIVEN -> "T, B, ";
      case STATES -> "T+1, B, ";
      case SAMPLES, MASK -> "B, ";
      case SUMS -> "T/" + SUMMED_STEPS + ", B, ";
    };
    return name + " [" + rows + columns.stream().map(Size::name).collect(Collectors.joining("+"))
        + "]";
  }
}
