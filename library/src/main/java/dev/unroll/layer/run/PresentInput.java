package dev.unroll.layer.run;

import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// The masked input of a layer: the rows of `x` at steps of the input mask, and zeros at padded
/// steps, whatever their values. Products with zeros are zero, forward and in the gradient of the
/// weights, while those with NaN, ∞ or 3e38 are NaN even if they are multiplied by 0 afterwards.
///
/// This is `x` itself if its padded rows are zeros already, as in padded batches; else a copy.
public final class PresentInput {
  private final int batch;
  private final int columns;
  private final boolean repeats;
  private boolean trusted;
  private Rows copy;
  private boolean copied;

  public PresentInput(int batch, int columns) {
    this(batch, columns, false);
  }

  /// For a cell that may not be finite where x is zero.
  ///
  /// @param repeats whether a padded step has the row of the last step before it that is not
  ///     padded, and ones where there is none, instead of zeros
  public PresentInput(int batch, int columns, boolean repeats) {
    this.batch = batch;
    this.columns = columns;
    this.repeats = repeats;
    copy = Rows.allocate(0, columns);
  }

  /// From now on x comes from a layer that has masked its own input, so nothing needs to be
  /// checked.
  public void trust() {
    trusted = true;
  }

  /// The rows of a whole span.
  public Rows of(Rows x, Span span) {
    if (isAllRead(span)) {
      return x;
    }
    copied = false;
    return clean(x, span, 0, span.steps());
  }

  /// The rows of step t, after the steps before it, whose rows stay unchanged.
  public Rows ofStep(Rows x, int t, Span span) {
    if (isAllRead(span)) {
      return x;
    }
    if (t == 0) {
      copied = false;
    }
    return clean(x, span, t, t + 1);
  }

  private boolean isAllRead(Span span) {
    return trusted && !repeats || span.present() == null;
  }

  private Rows clean(Rows x, Span span, int from, int to) {
    if (!copied) {
      if (!repeats && isClean(x, span, from, to)) {
        return x;
      }
      copied = true;
      int length = span.steps() * batch * columns;
      if (copy.array().length < length) {
        copy = Rows.allocate(span.steps() * batch, columns);
      }
      Leftovers.spoil(copy);
      copy(x, 0, from);
    }
    copy(x, from, to);
    for (int t = from; t < to; t++) {
      for (int b = 0; b < batch; b++) {
        if (!Presence.of(span, t, b, batch)) {
          fill(t, b);
        }
      }
    }
    return copy;
  }

  private void fill(int t, int b) {
    int at = (t * batch + b) * columns;
    if (repeats && t > 0) {
      System.arraycopy(copy.array(), at - batch * columns, copy.array(), at, columns);
    } else {
      Arrays.fill(copy.array(), at, at + columns, repeats ? 1f : 0f);
    }
  }

  private void copy(Rows x, int from, int to) {
    int row = batch * columns;
    System.arraycopy(
        x.array(), x.offset() + from * row, copy.array(), from * row, (to - from) * row);
  }

  private boolean isClean(Rows x, Span span, int from, int to) {
    for (int t = from; t < to; t++) {
      for (int b = 0; b < batch; b++) {
        if (!Presence.of(span, t, b, batch)) {
          int at = x.offset() + (t * batch + b) * columns;
          for (int i = at; i < at + columns; i++) {
            if (x.array()[i] != 0) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  public long bytes() {
    return 4L * copy.array().length;
  }
}
