package dev.unroll.layer.run;

import dev.unroll.layer.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// The rows of the last present step of each sample, and the backward pass to them.
public final class LastSteps {
  private final int batch;
  private final Rows rows;
  private final Rows gradient;
  private boolean given;

  /// Where `dy` and what was given are added: never the memory of either.
  private Rows sum;

  public LastSteps(int batch, int columns) {
    this.batch = batch;
    rows = Rows.allocate(batch, columns);
    gradient = Rows.allocate(batch, columns);
    sum = Rows.allocate(0, columns);
  }

  /// The last present step of a sample; the first where none is.
  public static int step(Span span, int batch, int sample) {
    var present = span.present();
    int t = span.steps() - 1;
    if (present != null) {
      while (t > 0 && present.array()[present.offset() + t * batch + sample] == 0) {
        t--;
      }
    }
    return t;
  }

  /// A forward pass begins: what was given for the one before it is no longer waited for.
  public void begin() {
    if (given) {
      Arrays.fill(gradient.array(), 0f);
      given = false;
    }
  }

  /// These rows of `y`, `[B, columns]`.
  public Rows of(Rows y, Span span) {
    int n = rows.columns();
    Leftovers.spoil(rows);
    for (int b = 0; b < batch; b++) {
      System.arraycopy(y.array(), y.offset() + (step(span, batch, b) * batch + b) * n,
          rows.array(), b * n, n);
    }
    return rows;
  }

  /// Takes the gradient of what [#of] gave.
  public void give(Rows gradient) {
    int n = batch * gradient.columns();
    for (int i = 0; i < n; i++) {
      this.gradient.array()[i] += gradient.array()[gradient.offset() + i];
    }
    given = true;
  }

  /// `dy` with what was given at the last steps, which is then used up.
  public Rows added(Rows dy, Span span) {
    if (!given) {
      return dy;
    }
    add(dy, span, 0, span.steps());
    begin();
    return sum;
  }

  /// The same for step `t` alone, from the last step to the first, with which what was given is used up.
  public Rows addedStep(Rows dy, int t, Span span) {
    if (!given) {
      return dy;
    }
    add(dy, span, t, t + 1);
    if (t == 0) {
      begin();
    }
    return sum;
  }

  private void add(Rows dy, Span span, int from, int to) {
    int n = rows.columns();
    int length = span.steps() * batch * n;
    if (sum.array().length < length) {
      sum = Rows.allocate(span.steps() * batch, n);
    }
    if (to == span.steps()) {
      Leftovers.spoil(sum);
    }
    int start = from * batch * n;
    System.arraycopy(dy.array(), dy.offset() + start, sum.array(), start, (to - from) * batch * n);
    for (int b = 0; b < batch; b++) {
      int last = step(span, batch, b);
      int at = (last * batch + b) * n;
      for (int i = 0; i < n && last >= from && last < to; i++) {
        sum.array()[at + i] += gradient.array()[b * n + i];
      }
    }
  }

  public long bytes() {
    return 4L * (rows.array().length + gradient.array().length + sum.array().length);
  }
}
