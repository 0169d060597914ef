package dev.unroll.layer.pooling;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Alignment;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Presence;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// `v = (1/n) Σ y_t` over the n steps that are not padded. Threads work on different samples.
final class Average implements PoolingRun {
  private final int batch;
  private final int size;
  private final Rows mean;
  private final Rows gradient;
  private final WorkSplit forward;
  private final WorkSplit backward;
  private Rows from;
  private Span span = Span.of(1);

  Average(Engine engine, int size, Bounds bounds) {
    batch = bounds.batch();
    this.size = size;
    mean = Rows.allocate(batch, size);
    gradient = Rows.allocate(bounds.training() ? bounds.time() * batch : 0, size);
    forward = engine.split(1, this::sum);
    backward = engine.split(1, this::share);
    from = mean;
  }

  @Override
  public void load() {
    // There are no parameters.
  }

  @Override
  public Rows forward(Rows y, Span span) {
    Leftovers.spoil(mean);
    Leftovers.spoil(gradient);
    from = y;
    this.span = span;
    forward.run(batch);
    return mean;
  }

  private void sum(int first, int end) {
    for (int b = first; b < end; b++) {
      Arrays.fill(mean.array(), b * size, (b + 1) * size, 0f);
      float scale = scale(b);
      for (int t = 0; t < span.steps(); t++) {
        if (Presence.of(span, t, b, batch)) {
          Alignment.addScaled(scale, from.array(), from.offset() + (t * batch + b) * size,
              mean.array(), b * size, size);
        }
      }
    }
  }

  private float scale(int b) {
    int n = 0;
    for (int t = 0; t < span.steps(); t++) {
      n += Presence.of(span, t, b, batch) ? 1 : 0;
    }
    return n == 0 ? 0 : 1f / n;
  }

  @Override
  public Rows backward(Rows dv, Span span) {
    from = dv;
    backward.run(batch);
    return gradient;
  }

  private void share(int first, int end) {
    for (int b = first; b < end; b++) {
      float scale = scale(b);
      for (int t = 0; t < span.steps(); t++) {
        int at = (t * batch + b) * size;
        Arrays.fill(gradient.array(), at, at + size, 0f);
        if (Presence.of(span, t, b, batch)) {
          Alignment.addScaled(
              scale, from.array(), from.offset() + b * size, gradient.array(), at, size);
        }
      }
    }
  }

  @Override
  public long bytes() {
    return 4L * (mean.array().length + gradient.array().length);
  }
}
