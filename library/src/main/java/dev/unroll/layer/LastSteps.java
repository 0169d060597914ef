package dev.unroll.layer;

import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// The rows of the last present step of each sample, and the way back to them.
final class LastSteps {
  private final int batch;
  private final Rows rows;
  private final Rows gradient;
  private boolean given;
  private Rows sum;

  LastSteps(int batch, int columns) {
    this.batch = batch;
    rows = Rows.allocate(batch, columns);
    gradient = Rows.allocate(batch, columns);
    sum = gradient;
  }

  /// The last present step of a sample; the first where none is.
  static int step(Span span, int batch, int sample) {
    var present = span.present();
    int t = span.steps() - 1;
    if (present != null) {
      while (t > 0 && present.array()[present.offset() + t * batch + sample] == 0) {
        t--;
      }
    }
    return t;
  }

  /// These rows of `y`, `[B, columns]`.
  Rows of(Rows y, Span span) {
    int n = rows.columns();
    for (int b = 0; b < batch; b++) {
      System.arraycopy(y.array(), y.offset() + (step(span, batch, b) * batch + b) * n,
          rows.array(), b * n, n);
    }
    return rows;
  }

  /// Takes the gradient of what [#of] gave.
  void give(Rows gradient) {
    int n = batch * gradient.columns();
    for (int i = 0; i < n; i++) {
      this.gradient.array()[i] += gradient.array()[gradient.offset() + i];
    }
    given = true;
  }

  /// `dy` with what was given at the last steps, which is then used up.
  Rows added(Rows dy, Span span) {
    if (!given) {
      return dy;
    }
    int n = rows.columns();
    int length = span.steps() * batch * n;
    if (sum.array().length < length) {
      sum = Rows.allocate(span.steps() * batch, n);
    }
    System.arraycopy(dy.array(), dy.offset(), sum.array(), 0, length);
    for (int b = 0; b < batch; b++) {
      int at = (step(span, batch, b) * batch + b) * n;
      for (int i = 0; i < n; i++) {
        sum.array()[at + i] += gradient.array()[b * n + i];
      }
    }
    Arrays.fill(gradient.array(), 0f);
    given = false;
    return sum;
  }

  long bytes() {
    return 4L * (rows.array().length + gradient.array().length + sum.array().length);
  }
}
