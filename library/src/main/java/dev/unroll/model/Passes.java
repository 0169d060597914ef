package dev.unroll.model;

import dev.unroll.data.Padded;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.Layer;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.Span;
import dev.unroll.tensor.Rows;
import org.jspecify.annotations.Nullable;

/// A layer bound as its batches need it: without masks as long as all are full, and with masks from the
/// first on that is not. Masks cost time, and change no bit of what is not masked.
final class Passes {
  private final Layer layer;
  private final Engine engine;
  private final Bounds bounds;
  private @Nullable LayerRun run;
  private boolean masked;

  /// Has all states start anew before the first step, where they start from learned values.
  private final @Nullable Rows keep;

  Passes(Layer layer, Engine engine, Bounds bounds) {
    this.layer = layer;
    this.engine = engine;
    this.bounds = bounds.within();
    keep = bounds.restarts() ? Span.of(bounds.time()).startingAnew(bounds.batch()).keep() : null;
  }

  /// A span with what its passes need.
  Span of(Span span) {
    return span.withKeep(keep);
  }

  /// The run for the steps of a batch, with the states at the beginning of a sequence.
  LayerRun begin(Span span) {
    var current = run;
    if (current == null || span.present() != null && !masked) {
      masked = span.present() != null;
      run = null; // so that both need not lie in memory at once
      current = layer.run(engine, masked ? bounds.withMasks() : bounds);
      current.load();
      run = current;
    }
    current.begin();
    return current;
  }

  /// What a pass over a side of a batch covers.
  Span span(Padded padded, long draw) {
    return of(Span.of(padded.steps(), draw)
        .withPresent(padded.isFull() ? null : padded.present()));
  }

  void load() {
    if (run != null) {
      run.load();
    }
  }

  /// What penalties the last pass had.
  double penalty() {
    return run == null ? 0 : run.penalty();
  }

  long bytes() {
    return run == null ? 0 : run.bytes();
  }
}
