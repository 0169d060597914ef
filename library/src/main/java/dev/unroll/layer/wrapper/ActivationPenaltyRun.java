package dev.unroll.layer.wrapper;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.run.WrappedRun;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;

/// The penalty of a training run. Each step is summed by one thread, and the sums of steps in
/// order.
final class ActivationPenaltyRun extends WrappedRun {
  private final ActivationPenalty penalty;
  private final int batch;
  private final int columns;
  private final Rows gradient;
  private final double[] sizes;
  private final double[] changes;
  private final WorkSplit sums;
  private final WorkSplit gradients;
  private Rows output;
  private Rows dy;
  private Span span;
  private int begin;
  private long values;
  private long pairs;
  private double total;

  ActivationPenaltyRun(
      ActivationPenalty penalty, LayerRun run, Engine engine, Bounds bounds) {
    super(run);
    this.penalty = penalty;
    batch = bounds.batch();
    columns = penalty.outputSize();
    gradient = Rows.allocate(Math.multiplyExact(bounds.time(), batch), columns);
    sizes = new double[bounds.time()];
    changes = new double[bounds.time()];
    sums = engine.split(1, this::sum);
    gradients = engine.split(1, this::differentiate);
    output = gradient;
    dy = gradient;
    span = Span.of(1);
  }

  @Override
  public Rows forward(Rows x, Span span) {
    begins();
    output = run.forward(x, span);
    measure(span);
    return output;
  }

  @Override
  public Rows forwardStep(Rows x, int t, Span span) {
    if (t == 0) {
      begins();
    }
    output = run.forwardStep(x, t, span);
    if (t == span.steps() - 1) {
      measure(span);
    }
    return output;
  }

  private void begins() {
    Leftovers.spoil(gradient);
    Leftovers.spoil(sizes);
    Leftovers.spoil(changes);
  }

  private void measure(Span span) {
    this.span = span;
    values = 0;
    pairs = 0;
    for (int t = 0; t < span.steps(); t++) {
      for (int b = 0; b < batch; b++) {
        values += isPresent(t, b) ? columns : 0;
        pairs += isPair(t, b) ? columns : 0;
      }
    }
    sums.run(span.steps());
    double size = 0;
    double change = 0;
    for (int t = 0; t < span.steps(); t++) {
      size += sizes[t];
      change += changes[t];
    }
    total = penalty.size() * size / Math.max(values, 1)
        + penalty.change() * change / Math.max(pairs, 1);
  }

  private void sum(int from, int to) {
    for (int t = from; t < to; t++) {
      double size = 0;
      double change = 0;
      for (int b = 0; b < batch; b++) {
        for (int i = 0; i < columns; i++) {
          double h = h(t, b, i);
          size += isPresent(t, b) ? h * h : 0;
          double d = isPair(t, b) ? h - h(t - 1, b, i) : 0;
          change += d * d;
        }
      }
      sizes[t] = size;
      changes[t] = change;
    }
  }

  @Override
  public Rows backward(Rows dy, Span span, boolean goesOn) {
    return run.backward(added(dy, 0, span.steps()), span, goesOn);
  }

  @Override
  public Rows backwardStep(Rows dy, int t, Span span) {
    return run.backwardStep(added(dy, t, 1), t, span);
  }

  private Rows added(Rows dy, int t, int steps) {
    this.dy = dy;
    begin = t;
    gradients.run(steps);
    return gradient;
  }

  private void differentiate(int from, int to) {
    double size = 2 * penalty.size() / Math.max(values, 1);
    double change = 2 * penalty.change() / Math.max(pairs, 1);
    for (int t = begin + from; t < begin + to; t++) {
      for (int b = 0; b < batch; b++) {
        boolean present = isPresent(t, b);
        boolean before = isPair(t, b);
        boolean after = t + 1 < span.steps() && isPair(t + 1, b);
        for (int i = 0; i < columns; i++) {
          double h = h(t, b, i);
          double d = (present ? size * h : 0)
              + (before ? change * (h - h(t - 1, b, i)) : 0)
              - (after ? change * (h(t + 1, b, i) - h) : 0);
          int at = (t * batch + b) * columns + i;
          gradient.array()[at] = (float) (dy.array()[dy.offset() + at] + d);
        }
      }
    }
  }

  private float h(int t, int b, int i) {
    return output.array()[output.offset() + (t * batch + b) * columns + i];
  }

  private boolean isPresent(int t, int b) {
    var present = span.present();
    return present == null || present.array()[present.offset() + t * batch + b] != 0;
  }

  /// Whether step t continues the step before it, without padding or reset.
  private boolean isPair(int t, int b) {
    var keep = span.keep();
    return t > 0 && isPresent(t, b) && isPresent(t - 1, b)
        && (keep == null || keep.array()[keep.offset() + t * batch + b] != 0);
  }

  @Override
  public double penalty() {
    return total + run.penalty();
  }

  @Override
  public long bytes() {
    return run.bytes() + 4L * gradient.array().length + 8L * (sizes.length + changes.length);
  }
}
