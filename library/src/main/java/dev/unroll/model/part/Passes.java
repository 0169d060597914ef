package dev.unroll.model.part;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Padded;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.LayerRun.StateRows;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds a layer as its batches need it: without masks as long as all sequences are full, and with
/// masks from the first batch on that has padding. Masks cost time, and change no bit of what is
/// not padded.
public final class Passes {
  private final RunnableLayer layer;
  private final Engine engine;
  private final Bounds bounds;
  private @Nullable LayerRun run;
  private boolean masked;

  /// Resets all states before the first step, for states that start from learned values.
  private final @Nullable Rows keep;

  Passes(RunnableLayer layer, Engine engine, Bounds bounds) {
    this.layer = layer;
    this.engine = engine;
    this.bounds = bounds.within();
    keep = bounds.restarts() ? Span.of(bounds.time()).startingAnew(bounds.batch()).keep() : null;
  }

  /// A span with the reset mask that its passes need.
  public Span of(Span span) {
    return span.keep(keep);
  }

  /// The run for the steps of a batch, with the initial states of a sequence.
  public LayerRun begin(Span span) {
    var current = run == null || span.present() != null && !masked ? bind(span) : run;
    current.begin();
    return current;
  }

  /// The run for the steps of a batch, with the states after the previous batch.
  public LayerRun resume(Span span) {
    if (run != null && (span.present() == null || masked)) {
      return run;
    }
    var carried = states().stream().map(s -> s.rows().array().clone()).toList();
    var offsets = states().stream().mapToInt(s -> s.rows().offset()).toArray();
    var current = bind(span);
    var states = current.states();
    for (int i = 0; i < states.size(); i++) {
      var rows = states.get(i).rows();
      System.arraycopy(carried.get(i), offsets[i], rows.array(), rows.offset(),
          bounds.batch() * rows.columns());
    }
    return current;
  }

  private LayerRun bind(Span span) {
    masked = span.present() != null;
    run = null; // so that both need not lie in memory at once
    var bound = layer.run(engine, masked ? bounds.masked(true) : bounds);
    bound.load();
    run = bound;
    return bound;
  }

  /// The states before the next batch, if it continues the one before it.
  public List<StateRows> states() {
    var current = run;
    if (current == null) {
      current = bind(Span.of(1));
      current.begin();
    }
    return current.states();
  }

  /// Makes the states after this many steps of the last batch the initial states of the next one.
  public void carry(int steps) {
    if (run != null) {
      run.carry(steps);
    }
  }

  /// The span of a pass over one side of a batch.
  public Span span(Padded padded, long draw) {
    return of(Span.of(padded.steps(), draw)
        .present(padded.isFull() ? null : padded.present()));
  }

  /// The span of a pass over the input of a batch; if it continues the previous batch, no state is
  /// reset.
  public Span span(Batch batch, long draw) {
    var span = span(batch.input(), draw);
    return batch.continues() ? span.keep(null) : span;
  }

  public void load() {
    if (run != null) {
      run.load();
    }
  }

  /// The penalties of the last pass.
  public double penalty() {
    return run == null ? 0 : run.penalty();
  }

  public long bytes() {
    return run == null ? 0 : run.bytes();
  }
}
