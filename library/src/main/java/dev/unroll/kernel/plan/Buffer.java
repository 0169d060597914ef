package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;
import java.util.List;
import java.util.stream.Collectors;

/// Memory for some values side by side: rows of `Σ columns` floats.
///
/// @param name what it is called in a dump; unique in its plan
/// @param span how many rows there are
/// @param columns the sizes of the values that share a row
public record Buffer(String name, Span span, List<Size> columns) {
  /// How many steps one row of [Span#SUMS] sums up.
  public static final int SUMMED_STEPS = 64;

  /// How many rows a buffer has.
  public enum Span {
    /// A row for each step and sample: `[T, B, ·]`.
    STEPS,
    /// As `STEPS`, in an array of the caller: `x` and the gradient of the output.
    GIVEN,
    /// As `STEPS` with one step more: slot t holds the value before step t, slot t + 1 the one after.
    STATES,
    /// A row for each sample, the same memory in each step: `[B, ·]`.
    SAMPLES,
    /// Sums over 64 steps each, a row for each sample: `[T/64, B, ·]`, rounded up. They start at zero.
    /// That the sums are short keeps rounding from growing with the length of the sequence.
    SUMS,
    /// A row for each sample, filled by the layer before the sequence: `[B, ·]`.
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
