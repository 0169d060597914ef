package dev.unroll.layer.run;

import dev.unroll.layer.Layer;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;

/// A run that refuses overlapping calls, which would mix up the results of two threads: given to
/// callers that bind a layer directly. Parts of a larger object do without it ([Bounds#within]), as
/// that has a guard of its own.
public final class GuardedRun extends WrappedRun {
  private final OneCaller caller;

  private GuardedRun(LayerRun run, Layer layer) {
    super(run);
    caller = new OneCaller("the run of a " + layer.getClass().getSimpleName(),
        "bind a run for each thread; they may share the layer");
  }

  /// Returns the run, guarded unless it is part of a guarded object.
  public static LayerRun of(LayerRun run, Layer layer, Bounds bounds) {
    return bounds.inner() ? run : new GuardedRun(run, layer);
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
  public Rows forward(Rows x, Span span) {
    caller.enter();
    try {
      return run.forward(x, span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows forwardStep(Rows x, int t, Span span) {
    caller.enter();
    try {
      return run.forwardStep(x, t, span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows step(Rows x, int samples) {
    caller.enter();
    try {
      return run.step(x, samples);
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows backward(Rows dy, Span span, boolean goesOn) {
    caller.enter();
    try {
      return run.backward(dy, span, goesOn);
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows backwardStep(Rows dy, int t, Span span) {
    caller.enter();
    try {
      return run.backwardStep(dy, t, span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public void gradients(Span span) {
    caller.enter();
    try {
      run.gradients(span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public Rows last(Span span) {
    caller.enter();
    try {
      return run.last(span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public void backwardLast(Rows dLast, Span span) {
    caller.enter();
    try {
      run.backwardLast(dLast, span);
    } finally {
      caller.leave();
    }
  }

  @Override
  public void begin() {
    caller.enter();
    try {
      run.begin();
    } finally {
      caller.leave();
    }
  }

  @Override
  public void carry(int steps) {
    caller.enter();
    try {
      run.carry(steps);
    } finally {
      caller.leave();
    }
  }

  @Override
  public long bytes() {
    return run.bytes();
  }
}
