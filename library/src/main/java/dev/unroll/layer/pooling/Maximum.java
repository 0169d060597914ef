package dev.unroll.layer.pooling;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Presence;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// `v_i = max over t of y_ti` over the steps that are not padded; the gradient goes to the first of
/// equal ones. Threads work on different samples.
final class Maximum implements PoolingRun {
  private final int batch;
  private final int size;
  private final Rows largest;
  private final int[] steps;
  private final Rows gradient;
  private final WorkSplit forward;
  private Rows y;
  private Span span = Span.of(1);

  Maximum(Engine engine, int size, Bounds bounds) {
    batch = bounds.batch();
    this.size = size;
    largest = Rows.allocate(batch, size);
    steps = new int[batch * size];
    gradient = Rows.allocate(bounds.training() ? bounds.time() * batch : 0, size);
    forward = engine.split(1, this::find);
    y = largest;
  }

  @Override
  public void load() {
    // There are no parameters.
  }

  @Override
  public Rows forward(Rows y, Span span) {
    Leftovers.spoil(largest);
    Leftovers.spoil(gradient);
    this.y = y;
    this.span = span;
    forward.run(batch);
    return largest;
  }

  private void find(int first, int end) {
    var v = largest.array();
    for (int b = first; b < end; b++) {
      int into = b * size;
      boolean none = true;
      Arrays.fill(v, into, into + size, 0f);
      Arrays.fill(steps, into, into + size, -1);
      for (int t = 0; t < span.steps(); t++) {
        if (!Presence.of(span, t, b, batch)) {
          continue;
        }
        int at = y.offset() + (t * batch + b) * size;
        for (int i = 0; i < size; i++) {
          if (none || y.array()[at + i] > v[into + i]) {
            v[into + i] = y.array()[at + i];
            steps[into + i] = t;
          }
        }
        none = false;
      }
    }
  }

  @Override
  public Rows backward(Rows dv, Span span) {
    Arrays.fill(gradient.array(), 0, span.steps() * batch * size, 0f);
    for (int i = 0; i < batch * size; i++) {
      if (steps[i] >= 0) {
        gradient.array()[steps[i] * batch * size + i] = dv.array()[dv.offset() + i];
      }
    }
    return gradient;
  }

  @Override
  public long bytes() {
    return 4L * (largest.array().length + steps.length + gradient.array().length);
  }
}
