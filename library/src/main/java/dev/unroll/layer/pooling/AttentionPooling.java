package dev.unroll.layer.pooling;

import dev.unroll.Engine;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.attention.AttentionRun;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;

/// `v = Σ α_t y_t` with `α = softmax(q · tanh(U y + b))` and a learned query q: an [AttentionLayer]
/// whose memory is the sequence that it pools.
final class AttentionPooling implements PoolingRun {
  private static final Span ONCE = Span.of(1);

  private final AttentionRun attention;

  AttentionPooling(AttentionLayer layer, Engine engine, Bounds bounds) {
    attention = layer.run(engine, bounds.time(), bounds.time(1), 1);
  }

  @Override
  public void load() {
    attention.load();
  }

  @Override
  public Rows forward(Rows y, Span span) {
    attention.read(y, span);
    return attention.attend(y, ONCE);
  }

  @Override
  public Rows backward(Rows dv, Span span) {
    attention.backward(dv, ONCE);
    return attention.finish(ONCE, false);
  }

  @Override
  public long bytes() {
    return attention.bytes();
  }
}
