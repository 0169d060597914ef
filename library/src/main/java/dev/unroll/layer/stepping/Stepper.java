package dev.unroll.layer.stepping;

import dev.unroll.Engine;
import dev.unroll.layer.Layer;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.guard.OneCaller;
import java.util.List;

/// Runs a layer, or a stack of layers, step by step, with the states given and returned at each
/// call: for one key in microseconds, or for any number of keys at once.
///
/// ```
/// y, to = step(x, from)                x [F], y [H], a state of one key
/// y_i, s_i = step(x_i, s_i)            x [n, F], y [n, H], the states of n keys in a table
/// ```
///
/// Keys do not influence each other: each gets the same bits as if it were stepped alone. A key
/// that occurs several times in a call is stepped several times, in order. A step allocates
/// nothing. Dropout is off.
///
/// All memory is allocated by the constructor, which also lays out the weights: [#load] takes over
/// changed ones. Used by one caller at a time; several steppers may share a layer. Overlapping
/// calls are refused by an `IllegalStateException`, and so are those of two steppers on the same
/// keys.
public final class Stepper {
  /// The number of keys that are stepped at once: enough to keep a matrix product busy, and few
  /// enough that their values stay in the second-level cache.
  static final int KEYS = 64;

  private final OneCaller caller = new OneCaller("Stepper",
      "give each thread a stepper of its own; steppers may share a layer");
  private final RunnableLayer layer;
  private final int batch;
  private final LayerRun run;
  private final State.Layout layout;
  private final Rows input;
  private final Rows[] before;
  private final Rows[] after;
  private final float[] initial;
  private boolean beginsWithZeros = true;
  private int[] slots = {};

  /// A stepper for batches of keys.
  ///
  /// @param engine whose threads divide the keys of a call
  public Stepper(Layer layer, Engine engine) {
    this(layer, engine, KEYS);
  }

  /// A stepper that steps up to `batch` keys at once; a call may have any number. Allocates memory
  /// for `batch` keys: 1 for a single key.
  public Stepper(Layer layer, Engine engine, int batch) {
    this.layer = RunnableLayer.of(layer);
    this.batch = batch;
    run = this.layer.run(engine, Bounds.of(1, batch, false).within());
    input = Rows.allocate(batch, layer.inputSize());
    layout = State.Layout.of(this.layer, run);
    before = rows(run.states());
    after = rows(run.statesAfter(1));
    initial = new float[layout.size()];
    takeOver();
  }

  private static Rows[] rows(List<LayerRun.StateRows> states) {
    return states.stream().map(LayerRun.StateRows::rows).toArray(Rows[]::new);
  }

  /// Takes over changed parameters.
  public void load() {
    caller.enter();
    try {
      takeOver();
    } finally {
      caller.leave();
    }
  }

  private void takeOver() {
    run.load();
    run.begin();
    scatter(before, 0, initial, 0);
    beginsWithZeros = true;
    for (float value : initial) {
      beginsWithZeros &= value == 0;
    }
  }

  /// The layout of a state of this layer.
  public State.Layout layout() {
    return layout;
  }

  /// The initial state of a sequence: zeros, or learned values.
  public State initial() {
    return State.initial(layout, initial);
  }

  /// The bytes of memory that were planned.
  public long bytes() {
    return run.bytes();
  }

  /// One step of one key.
  ///
  /// @param x holds `[F]` from `xOffset` on
  /// @param from the state before, unchanged unless it is `to` as well
  /// @param y gets `[H]` from `yOffset` on
  /// @param to gets the state after; may be `from`
  /// @throws StateException if a state is that of another layer
  public void step(float[] x, int xOffset, State from, float[] y, int yOffset, State to) {
    layout.require(from.layout());
    layout.require(to.layout());
    require("x", x, xOffset, 1, layer.inputSize());
    require("y", y, yOffset, 1, layer.outputSize());
    caller.enter();
    try {
      gather(from.values(), 0, 0);
      step(x, xOffset, 1, y, yOffset);
      scatter(after, 0, to.values(), 0);
    } finally {
      caller.leave();
    }
  }

  /// One step of the keys in `slots[0 … n − 1]`.
  ///
  /// @param x holds `[n, F]` from `xOffset` on
  /// @param states holds the states before, and then those after
  /// @param slots of the table, in use
  /// @param y gets `[n, H]` from `yOffset` on
  /// @throws StateException if the table is for another layer, or a slot not in use; no state
  ///     changes then
  void step(
      float[] x, int xOffset, StateTable states, int[] slots, int n, float[] y, int yOffset) {
    layout.require(states.layout());
    require("x", x, xOffset, n, layer.inputSize());
    require("y", y, yOffset, n, layer.outputSize());
    caller.enter();
    try {
      states.caller().enter();
      try {
        steps(x, xOffset, states, slots, n, y, yOffset);
      } finally {
        states.caller().leave();
      }
    } finally {
      caller.leave();
    }
  }

  /// One step of n sequences whose states lie in arrays of the caller, as where an engine keeps
  /// them.
  ///
  /// @param n how many
  /// @param x `[n, F]`
  /// @param states n different arrays of [#layout]`.size()` floats each: the states before, and
  ///     then those after
  /// @param y gets `[n, H]`
  /// @throws StateException if one has another size; no state changes then
  public void step(int n, float[] x, float[][] states, float[] y) {
    require("x", x, 0, n, layer.inputSize());
    require("y", y, 0, n, layer.outputSize());
    layout.require(n, states);
    caller.enter();
    try {
      for (int first = 0; first < n; first += batch) {
        int count = Math.min(batch, n - first);
        for (int i = 0; i < count; i++) {
          gather(states[first + i], 0, i);
        }
        step(x, first * layer.inputSize(), count, y, first * layer.outputSize());
        for (int i = 0; i < count; i++) {
          scatter(after, i, states[first + i], 0);
        }
      }
    } finally {
      caller.leave();
    }
  }

  private void steps(
      float[] x, int xOffset, StateTable states, int[] slots, int n, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      states.require(slots[i]);
    }
    for (int first = 0; first < n;) {
      int count = gather(states, slots, first, n);
      step(x, xOffset + first * layer.inputSize(), count, y, yOffset + first * layer.outputSize());
      for (int i = 0; i < count; i++) {
        int slot = slots[first + i];
        scatter(after, i, states.page(slot), states.offset(slot));
      }
      first += count;
    }
  }

  /// One step of each of these keys; new keys begin with the [#initial] state.
  ///
  /// @param states the states of all keys
  /// @param keys n of them
  /// @param x `[n, F]`
  /// @param y gets `[n, H]`
  /// @throws StateException if the states are those of another layer, or a key is null; no state
  ///     changes then
  public <K> void step(KeyedStates<K> states, List<? extends K> keys, float[] x, float[] y) {
    int n = keys.size();
    layout.require(states.layout());
    require("x", x, 0, n, layer.inputSize());
    require("y", y, 0, n, layer.outputSize());
    caller.enter();
    try {
      states.caller().enter();
      try {
        steps(states, keys, n, x, y);
      } finally {
        states.caller().leave();
      }
    } finally {
      caller.leave();
    }
  }

  private <K> void steps(
      KeyedStates<K> states, List<? extends K> keys, int n, float[] x, float[] y) {
    states.require(keys);
    if (slots.length < n) {
      slots = new int[n];
    }
    for (int i = 0; i < n; i++) {
      boolean begins = !beginsWithZeros && !states.has(keys.get(i));
      slots[i] = states.slot(keys.get(i));
      if (begins) {
        states.table().set(slots[i], initial());
      }
    }
    steps(x, 0, states.table(), slots, n, y, 0);
  }

  private void step(float[] x, int xOffset, int count, float[] y, int yOffset) {
    Leftovers.spoil(input);
    System.arraycopy(x, xOffset, input.array(), 0, count * input.columns());
    var out = run.step(input, count);
    System.arraycopy(out.array(), out.offset(), y, yOffset, count * out.columns());
  }

  /// Copies the states of keys `first …` to the layer, up to a key that occurs again.
  ///
  /// @return the number of these keys
  private int gather(StateTable states, int[] slots, int first, int n) {
    int most = Math.min(batch, n - first);
    states.beginRound();
    int count = 0;
    while (count < most && states.join(slots[first + count])) {
      int slot = slots[first + count];
      gather(states.page(slot), states.offset(slot), count);
      count++;
    }
    return count;
  }

  private void gather(float[] values, int offset, int sample) {
    int from = offset;
    for (var rows : before) {
      int size = rows.columns();
      System.arraycopy(values, from, rows.array(), rows.offset() + sample * size, size);
      from += size;
    }
  }

  private static void scatter(Rows[] states, int sample, float[] values, int offset) {
    int to = offset;
    for (var rows : states) {
      int size = rows.columns();
      System.arraycopy(rows.array(), rows.offset() + sample * size, values, to, size);
      to += size;
    }
  }

  private static void require(String name, float[] array, int offset, int n, int columns) {
    if (offset < 0 || n < 0 || offset + (long) n * columns > array.length) {
      throw new IllegalArgumentException(
          "%s has %,d floats, expected at least %,d: %d · %d from %d on".formatted(name,
              array.length, offset + (long) n * columns, n, columns, offset));
    }
  }

  @Override
  public String toString() {
    return "Stepper(%s, %d keys at once)".formatted(layer, batch);
  }
}
