package dev.unroll.layer.run;

import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Checks the order of the passes of a run, see [LayerRun]. Calls that would give wrong numbers
/// silently are refused: a backward pass through a forward pass that does not exist, was already
/// used, is not complete, or whose states or weights have changed since.
public final class PassOrder {
  private final String layer;
  private final int batch;
  private boolean loaded;

  /// The span of the last forward pass; null if there is none for a backward pass.
  private @Nullable Span span;

  /// The steps of the forward pass, and how many of them had no backward pass yet.
  private int ahead;
  private int left;
  private boolean added;

  /// The call since then that overwrote what the backward pass needs.
  private @Nullable String spoiler;

  /// @param layer its name in messages
  /// @param learns whether there are parameters to take over
  public PassOrder(String layer, int batch, boolean learns) {
    this.layer = layer;
    this.batch = batch;
    loaded = !learns;
  }

  /// Called after parameters were taken over.
  public void load() {
    loaded = true;
    spoil("load");
  }

  /// Called after the states before the first step, or weights, have changed.
  public void spoil(String call) {
    if (left > 0) {
      spoiler = call;
    }
  }

  /// The states after some steps become the initial states of the next pass.
  public void carry(int steps) {
    if (steps > ahead) {
      throw new IllegalArgumentException(
          "layer %s: the states after %d steps are carried, but the last pass had %d"
              .formatted(layer, steps, ahead));
    }
    spoil("carry");
  }

  /// A forward pass of a whole span.
  public void forward(Span span) {
    requireLoaded();
    open(span);
    ahead = span.steps();
    left = ahead;
  }

  /// The forward pass of step t of a span.
  public void forwardStep(int t, Span span) {
    requireLoaded();
    if (t == 0) {
      open(span);
    } else {
      requireSpan("forwardStep", span);
      requireUnspoiled("forwardStep");
      if (t != ahead || left != ahead || t >= span.steps()) {
        throw new IllegalStateException(
            ("layer %s: step %d of %d goes forward after %d steps, of which %d have gone back; go "
                + "forward from step 0 on, one step after another")
                .formatted(layer, t, span.steps(), ahead, ahead - left));
      }
    }
    ahead = t + 1;
    left = ahead;
  }

  private void open(Span span) {
    this.span = span;
    spoiler = null;
    added = false;
  }

  /// A single step, which is not part of a pass.
  public void step() {
    requireLoaded();
    span = null;
    ahead = 1;
    left = 0;
  }

  /// The backward pass through a whole span.
  public void backward(Span span) {
    requireBack("backward", span, span.steps());
    left = 0;
    added = true;
  }

  /// The backward pass of step t of a span.
  public void backwardStep(int t, Span span) {
    requireBack("backwardStep", span, t + 1);
    left = t;
  }

  /// The gradients after the last [#backwardStep].
  public void gradients(Span span) {
    requireSpan("gradients", span);
    if (left > 0 || added) {
      throw new IllegalStateException(added
          ? "layer %s: the gradients of this pass have been added already; go forward first"
              .formatted(layer)
          : "layer %s: %d of %d steps have not gone back yet; gradients comes after step 0"
              .formatted(layer, left, span.steps()));
    }
    added = true;
  }

  /// A call that reads the last output, or gives its gradient.
  public void last(String call, Span span) {
    requireSpan(call, span);
    if (ahead != span.steps() || left != ahead) {
      throw new IllegalStateException(
          ("layer %s: %s comes after a whole forward pass and before the backward pass, but %d of "
              + "%d steps have gone forward and %d back")
              .formatted(layer, call, ahead, span.steps(), ahead - left));
    }
  }

  private void requireBack(String call, Span span, int from) {
    requireSpan(call, span);
    requireUnspoiled(call);
    if (ahead != span.steps() || left != from) {
      throw new IllegalStateException(
          ("layer %s: %s from step %d on, but %d of %d steps have gone forward and %d back; go "
              + "forward through all steps, then back once, from the last one to the first")
              .formatted(layer, call, from - 1, ahead, span.steps(), ahead - left));
    }
  }

  private void requireLoaded() {
    if (!loaded) {
      throw new IllegalStateException(
          "layer %s has not taken over its parameters; call load() before the first pass"
              .formatted(layer));
    }
  }

  private void requireUnspoiled(String call) {
    if (spoiler != null) {
      throw new IllegalStateException(
          ("layer %s: %s was called between forward and %s, which needs what it overwrites; call "
              + "it after the backward pass").formatted(layer, spoiler, call));
    }
  }

  private void requireSpan(String call, Span given) {
    if (span == null) {
      throw new IllegalStateException(
          "layer %s: there is no forward pass before %s; go forward first".formatted(layer, call));
    }
    if (given.steps() != span.steps() || given.first() != span.first()
        || !isSame(given.present(), span.present(), span.steps())
        || !isSame(given.keep(), span.keep(), span.steps())) {
      throw new IllegalArgumentException(
          ("layer %s: %s got another span than forward, %d steps from step %d on where forward had "
              + "%d from %d on, or other masks; give it the one of the forward pass")
              .formatted(layer, call, given.steps(), given.first(), span.steps(), span.first()));
    }
  }

  private boolean isSame(@Nullable Rows a, @Nullable Rows b, int steps) {
    if (a == null || b == null || a.equals(b)) {
      return Objects.equals(a, b);
    }
    int n = steps * batch;
    return Arrays.equals(a.array(), a.offset(), a.offset() + n, b.array(), b.offset(),
        b.offset() + n);
  }
}
