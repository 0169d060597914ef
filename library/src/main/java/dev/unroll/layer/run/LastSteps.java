package dev.unroll.layer.run;

import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// The rows of the last step of each sample before the padding, and the backward pass to them.
public final class LastSteps {
  private final int batch;
  private final Rows rows;
  private final Rows gradient;
  private boolean given;

  /// The sum of `dy` and the given gradients: never the memory of either.
  private Rows sum;

  public LastSteps(int batch, int columns) {
    this.batch = batch;
    rows = Rows.allocate(batch, columns);
    gradient = Rows.allocate(batch, columns);
    sum = Rows.allocate(0, columns);
  }

  /// The last step of a sample in the input mask; the first if there is none.
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

  /// Begins a forward pass: drops gradients that were given for the previous one.
  public void begin() {
    if (given) {
      Arrays.fill(gradient.array(), 0f);
      given = false;
    }
  }

  /// The rows of `y` at the last steps, `[B, columns]`.
  public Rows of(Rows y, Span span) {
    int n = rows.columns();
    Leftovers.spoil(rows);
    for (int b = 0; b < batch; b++) {
      System.arraycopy(y.array(), y.offset() + (step(span, batch, b) * batch + b) * n,
          rows.array(), b * n, n);
    }
    return rows;
  }

  /// Takes the gradient of the result of [#of].
  public void give(Rows gradient) {
    int n = batch * gradient.columns();
    for (int i = 0; i < n; i++) {
      this.gradient.array()[i] += gradient.array()[gradient.offset() + i];
    }
    given = true;
  }

  /// Adds the given gradients at the last steps to `dy`, which consumes them.
  public Rows added(Rows dy, Span span) {
    if (!given) {
      return dy;
    }
    add(dy, span, 0, span.steps());
    begin();
    return sum;
  }

  /// The same for step `t` alone, from the last step to the first, which consumes the given
  /// gradients.
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
