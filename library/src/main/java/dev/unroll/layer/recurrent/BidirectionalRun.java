package dev.unroll.layer.recurrent;

import dev.unroll.Engine;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.Merge;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.PresentInput;
import dev.unroll.layer.run.ReadsPresent;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Both directions bound to memory. Threads only copy steps; no sum is split.
final class BidirectionalRun implements LayerRun, ReadsPresent {
  private final LayerRun forward;
  private final LayerRun backward;
  private final boolean sum;
  private final int batch;
  private final int forwardSize;
  private final int backwardSize;
  private final Kernels kernels;
  private final Rows reversedInput;
  private final Rows output;
  private final Rows forwardGradient;
  private final Rows backwardGradient;
  private final Rows dx;
  private final Rows last;
  private final Rows forwardLast;
  private final Rows backwardLast;
  private final Rows present;
  private final Rows keep;
  private final PresentInput read;
  private final WorkSplit reversing;
  private final WorkSplit merging;
  private final WorkSplit dividing;
  private final WorkSplit adding;

  /// The operands of the current copy.
  private Rows first;
  private Rows second;
  private int steps;

  BidirectionalRun(Bidirectional layer, Engine engine, Bounds bounds) {
    forward = layer.forward().run(engine, bounds);
    var probes = bounds.probes();
    backward = layer.backward()
        .run(engine, probes == null ? bounds : bounds.probed(probes.reverse()));
    sum = layer.merge() == Merge.SUM;
    batch = bounds.batch();
    forwardSize = layer.forward().outputSize();
    backwardSize = layer.backward().outputSize();
    kernels = engine.kernels();
    int rows = Math.multiplyExact(bounds.time(), batch);
    int trained = bounds.training() ? rows : 0;
    int features = layer.inputSize();
    read = new PresentInput(batch, features);
    trust(forward);
    trust(backward);
    reversedInput = Rows.allocate(rows, features);
    output = Rows.allocate(rows, layer.outputSize());
    forwardGradient = Rows.allocate(sum ? 0 : trained, forwardSize);
    backwardGradient = Rows.allocate(trained, backwardSize);
    dx = Rows.allocate(trained, features);
    last = Rows.allocate(batch, layer.outputSize());
    forwardLast = Rows.allocate(batch, forwardSize);
    backwardLast = Rows.allocate(batch, backwardSize);
    present = Rows.allocate(bounds.masked() ? rows : 0, 1);
    keep = Rows.allocate(bounds.restarts() ? rows : 0, 1);
    first = output;
    second = output;
    reversing = engine.split(1, this::reverse);
    merging = engine.split(1, this::merge);
    dividing = engine.split(1, this::divide);
    adding = engine.split(1, this::add);
  }

  private static void trust(LayerRun run) {
    if (run instanceof ReadsPresent reads) {
      reads.trustInput();
    }
  }

  @Override
  public void trustInput() {
    read.trust();
  }

  @Override
  public void load() {
    forward.load();
    backward.load();
  }

  @Override
  public Rows forward(Rows x, Span span) {
    steps = span.steps();
    Leftovers.spoil(reversedInput);
    Leftovers.spoil(output);
    Leftovers.spoil(forwardGradient);
    Leftovers.spoil(backwardGradient);
    Leftovers.spoil(dx);
    Leftovers.spoil(last);
    Leftovers.spoil(forwardLast);
    Leftovers.spoil(backwardLast);
    Leftovers.spoil(present);
    Leftovers.spoil(keep);
    var input = read.of(x, span);
    first = input;
    reversing.run(steps);
    var ahead = forward.forward(input, span);
    second = backward.forward(reversedInput, reversed(span));
    first = ahead;
    merging.run(steps);
    return output;
  }

  private void reverse(int from, int to) {
    for (int t = from; t < to; t++) {
      copyStep(first, steps - 1 - t, reversedInput, t);
    }
  }

  /// The span in reversed time, for g.
  private Span reversed(Span span) {
    int n = span.steps();
    return span.present(reversed(span.present(), present, n, 0))
        .keep(reversed(span.keep(), keep, n, 1));
  }

  /// @param shift 1 for flags between a step and the one before it: in reversed time that is the
  ///     step after it, and the start of one direction corresponds to the start of the other
  private @Nullable Rows reversed(@Nullable Rows flags, Rows into, int steps, int shift) {
    if (flags == null) {
      return null;
    }
    if (into.array().length == 0) {
      return flags;
    }
    for (int i = 0; i < steps; i++) {
      int t = steps - 1 - i + shift;
      for (int b = 0; b < batch; b++) {
        into.array()[i * batch + b] =
            flags.array()[flags.offset() + t % steps * batch + b];
      }
    }
    return into;
  }

  private void merge(int from, int to) {
    for (int t = from; t < to; t++) {
      if (sum) {
        copyStep(first, t, output, t);
        addStep(second, steps - 1 - t, output, t);
      } else {
        join(first, t * batch, second, (steps - 1 - t) * batch, output, t * batch);
      }
    }
  }

  @Override
  public Rows backward(Rows dy, Span span, boolean goesOn) {
    steps = span.steps();
    first = dy;
    dividing.run(steps);
    var ahead = forward.backward(sum ? dy : forwardGradient, span, goesOn);
    second = backward.backward(backwardGradient, reversed(span), goesOn);
    first = ahead;
    adding.run(steps);
    return dx;
  }

  private void divide(int from, int to) {
    for (int t = from; t < to; t++) {
      if (sum) {
        copyStep(first, t, backwardGradient, steps - 1 - t);
      } else {
        part(first, t * batch, forwardGradient, t * batch, backwardGradient,
            (steps - 1 - t) * batch);
      }
    }
  }

  private void add(int from, int to) {
    for (int t = from; t < to; t++) {
      copyStep(first, t, dx, t);
      addStep(second, steps - 1 - t, dx, t);
    }
  }

  @Override
  public Rows last(Span span) {
    var ahead = forward.last(span);
    var back = backward.last(reversed(span));
    if (sum) {
      System.arraycopy(ahead.array(), ahead.offset(), last.array(), 0, batch * forwardSize);
      addStep(back, 0, last, 0);
    } else {
      join(ahead, 0, back, 0, last, 0);
    }
    return last;
  }

  @Override
  public void backwardLast(Rows dLast, Span span) {
    if (sum) {
      forward.backwardLast(dLast, span);
      backward.backwardLast(dLast, reversed(span));
    } else {
      part(dLast, 0, forwardLast, 0, backwardLast, 0);
      forward.backwardLast(forwardLast, span);
      backward.backwardLast(backwardLast, reversed(span));
    }
  }

  /// Concatenates rows of `a` and `b`, for all samples.
  private void join(Rows a, int aRow, Rows b, int bRow, Rows into, int row) {
    int n = into.columns();
    for (int i = 0; i < batch; i++) {
      int at = into.offset() + (row + i) * n;
      System.arraycopy(a.array(), a.offset() + (aRow + i) * forwardSize, into.array(), at,
          forwardSize);
      System.arraycopy(b.array(), b.offset() + (bRow + i) * backwardSize, into.array(),
          at + forwardSize, backwardSize);
    }
  }

  /// The backward pass of [#join].
  private void part(Rows from, int row, Rows a, int aRow, Rows b, int bRow) {
    int n = from.columns();
    for (int i = 0; i < batch; i++) {
      int at = from.offset() + (row + i) * n;
      System.arraycopy(from.array(), at, a.array(), (aRow + i) * forwardSize, forwardSize);
      System.arraycopy(from.array(), at + forwardSize, b.array(), (bRow + i) * backwardSize,
          backwardSize);
    }
  }

  private void copyStep(Rows from, int fromStep, Rows to, int toStep) {
    int n = batch * to.columns();
    System.arraycopy(from.array(), from.offset() + fromStep * n, to.array(),
        to.offset() + toStep * n, n);
  }

  private void addStep(Rows from, int fromStep, Rows to, int toStep) {
    int n = batch * to.columns();
    int at = to.offset() + toStep * n;
    kernels.combine(Operator.ADD, to.array(), at, false, from.array(),
        from.offset() + fromStep * n, false, to.array(), at, n);
  }

  @Override
  public Rows forwardStep(Rows x, int t, Span span) {
    throw stepwise();
  }

  @Override
  public Rows backwardStep(Rows dy, int t, Span span) {
    throw stepwise();
  }

  @Override
  public void gradients(Span span) {
    throw stepwise();
  }

  @Override
  public Rows step(Rows x, int samples) {
    throw stepwise();
  }

  private static UnsupportedOperationException stepwise() {
    return new UnsupportedOperationException(
        "a bidirectional layer needs whole sequences; use one direction to go step by step");
  }

  @Override
  public void begin() {
    forward.begin();
    backward.begin();
  }

  @Override
  public List<StateRows> states() {
    return both(forward.states(), backward.states());
  }

  @Override
  public List<StateRows> statesAfter(int steps) {
    return both(forward.statesAfter(steps), backward.statesAfter(steps));
  }

  @Override
  public List<StateRows> stateGradients() {
    return both(forward.stateGradients(), backward.stateGradients());
  }

  private static List<StateRows> both(List<StateRows> a, List<StateRows> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  @Override
  public void carry(int steps) {
    forward.carry(steps);
  }

  @Override
  public double penalty() {
    return forward.penalty() + backward.penalty();
  }

  @Override
  public long bytes() {
    long floats = 0;
    for (var rows : List.of(reversedInput, output, forwardGradient, backwardGradient, dx, last,
        forwardLast, backwardLast, present, keep)) {
      floats += rows.array().length;
    }
    return forward.bytes() + backward.bytes() + read.bytes() + Float.BYTES * floats;
  }
}
