package dev.unroll.layer.pooling;

import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;

/// A pooling that refuses overlapping calls, as a [GuardedRun] does.
final class GuardedPooling implements PoolingRun {
  private final PoolingRun run;
  private final OneCaller caller =
      new OneCaller("the run of a pooling", "bind a run for each thread");

  GuardedPooling(PoolingRun run) {
    this.run = run;
  }

  @Override
  public void load() {
    caller.enter();
    try {
      run.load();
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows forward(Rows y, Span span) {
    caller.enter();
    try {
      return run.forward(y, span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows backward(Rows dv, Span span) {
    caller.enter();
    try {
      return run.backward(dv, span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public long bytes() {
    return run.bytes();
  }
}
