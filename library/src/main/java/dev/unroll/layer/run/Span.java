package dev.unroll.layer.run;

import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The steps of one pass, with masks. The rows belong to the caller and must not change until
/// backward is done.
///
/// @param steps how many steps
/// @param first the number of the first step in its sequence: other steps, other masks
/// @param dropoutStep the number of the training step: what random masks are drawn for
/// @param present `[steps, B, 1]`, 1 where a step of a sample is there and 0 where it is padding;
///     null where all are. Of a padded step x is not read, layers read zero instead, and no state
///     changes. Its output is what the layer makes of that; the gradient of it that a caller gives,
///     if it is not zero, flows back
/// @param keep `[steps, B, 1]`, 0 where the states of a sample start anew before the step, else 1;
///     null where they do so nowhere
public record Span(
    int steps, int first, long dropoutStep, @Nullable Rows present, @Nullable Rows keep) {

  /// @throws IllegalArgumentException if there is no step, or a mask has more than one column
  public Span {
    if (steps < 1 || first < 0) {
      throw new IllegalArgumentException(
          "%d steps from step %d on, expected at least 1 from 0 on".formatted(steps, first));
    }
    requireNumbers("present", present);
    requireNumbers("keep", keep);
  }

  private static void requireNumbers(String name, @Nullable Rows rows) {
    if (rows != null && rows.columns() != 1) {
      throw new IllegalArgumentException(
          "%s has %d columns, expected one number for each step and sample"
              .formatted(name, rows.columns()));
    }
  }

  /// A span of the first steps of a sequence, outside training.
  public static Span of(int steps) {
    return of(steps, 0);
  }

  /// The first steps of a sequence.
  public static Span of(int steps, long dropoutStep) {
    return new Span(steps, 0, dropoutStep, null, null);
  }

  /// The same from another step of the sequence on.
  public Span first(int first) {
    return new Span(steps, first, dropoutStep, present, keep);
  }

  /// The same with padding.
  public Span present(@Nullable Rows present) {
    return new Span(steps, first, dropoutStep, present, keep);
  }

  /// The same with states that start anew.
  public Span keep(@Nullable Rows keep) {
    return new Span(steps, first, dropoutStep, present, keep);
  }

  /// The same with a reset of the states of all samples before the first step: to zero, or to
  /// learned initial states ([dev.unroll.cell.rewrite.Restart]).
  ///
  /// @param batch B
  public Span startingAnew(int batch) {
    var keep = Rows.allocate(Math.multiplyExact(steps, batch), 1);
    Arrays.fill(keep.array(), batch, keep.array().length, 1f);
    return keep(keep);
  }

  /// The part of `n` steps that begins `from` steps after the first one.
  ///
  /// @param batch B
  public Span part(int from, int n, int batch) {
    return new Span(n, first + from, dropoutStep, rows(present, from * batch),
        rows(keep, from * batch));
  }

  private static @Nullable Rows rows(@Nullable Rows rows, int from) {
    return rows == null ? null : new Rows(rows.array(), rows.offset() + from, 1);
  }
}
