package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.stateless.Embedding;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.model.part.Probabilities;
import dev.unroll.model.part.Units;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a model step by step, with the states given and returned at each call: its outputs before
/// the loss (logits of classes), for one key or for many side by side. As in [Stepper], keys do not
/// influence each other, and a step allocates nothing. Not thread-safe: overlapping calls are
/// refused by an `IllegalStateException`.
public final class ModelStepper {
  private final OneCaller caller = new OneCaller("ModelStepper",
      "give each thread a stepper of its own; steppers may share a model");
  /// Rows of outputs that are turned into probabilities at once.
  private static final int ROWS = 64;

  private final Inputs inputs;
  private final Units units;
  private final @Nullable Embedding embedding;
  private final Stepper stepper;
  private final int outputs;
  private final Probabilities probabilities;
  private Rows vectors;
  private @Nullable Rows[] views = {};

  ModelStepper(Structure model, @Nullable Embedding embedding, RunnableLayer layers, Engine engine,
      int batch) {
    if (!layers.isDivisible()) {
      throw new IllegalArgumentException(
          "the model needs whole sequences and cannot be stepped; use layers of one direction: "
              + layers.toString().replace("\n", "; "));
    }
    units = Units.of(model);
    inputs = units.inputs();
    this.embedding = embedding;
    stepper = new Stepper(layers, engine, batch);
    outputs = layers.outputSize();
    probabilities = new Probabilities(engine, units.outputs().loss(), ROWS, outputs);
    vectors = Rows.allocate(1, inputs.size());
  }

  /// Takes over changed parameters.
  public void load() {
    caller.enter();
    try {
      stepper.load();
    } finally {
      caller.leave();
    }
  }

  /// The layout of a state of this model.
  public State.Layout layout() {
    return stepper.layout();
  }

  /// The initial state of a sequence: zeros, or learned values.
  public State initial() {
    return stepper.initial();
  }

  /// Returns an empty table of keys, each of which will have a state of this model.
  public <K> KeyedStates<K> newStates() {
    return new KeyedStates<>(layout());
  }

  /// The number of outputs of a step.
  public int outputs() {
    return outputs;
  }

  /// Reads one symbol.
  ///
  /// @param from the state before, unchanged unless it is `to` as well
  /// @param y gets `[outputs]`
  /// @param to gets the state after; may be `from`
  /// @throws dev.unroll.layer.stepping.StateException if a state is that of another model
  /// @throws DataException if the model reads vectors
  /// @throws IllegalArgumentException if the symbol is out of range; no state changes then
  public void step(int symbol, State from, float[] y, State to) {
    caller.enter();
    try {
      table().forward(symbol, vectors.array(), 0);
      stepper.step(vectors.array(), 0, from, y, 0, to);
      units.invert(y, 0);
    } finally {
      caller.leave();
    }
  }

  /// Reads one vector.
  ///
  /// @param x `[F]`
  /// @param from the state before, unchanged unless it is `to` as well
  /// @param y gets `[outputs]`
  /// @param to gets the state after; may be `from`
  /// @throws dev.unroll.layer.stepping.StateException if a state is that of another model
  /// @throws DataException if the model reads symbols, or a number is not finite or missing; no
  ///     state changes then
  public void step(float[] x, State from, float[] y, State to) {
    requireVectors();
    requireFeatures(x);
    requireFinite(x, 1);
    caller.enter();
    try {
      stepper.step(scaled(x, 1), 0, from, y, 0, to);
      units.invert(y, 0);
    } finally {
      caller.leave();
    }
  }

  /// Reads one vector for a key; a new key starts with [#initial].
  ///
  /// @param x `[F]`
  /// @return `[outputs]`, a new array: for many events a second use the other methods, which
  ///     allocate nothing
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads symbols, or a number is not finite or missing; no
  ///     state changes then
  public <K> float[] step(KeyedStates<K> states, K key, float... x) {
    requireVectors();
    requireFeatures(x);
    var y = new float[outputs];
    step(states, Collections.singletonList(key), x, y);
    return y;
  }

  /// Reads one symbol for a key; a new key starts with [#initial].
  ///
  /// @return `[outputs]`, a new array: for many events a second use the other methods, which
  ///     allocate nothing
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads vectors
  /// @throws IllegalArgumentException if the symbol is out of range; no state changes then
  public <K> float[] step(KeyedStates<K> states, K key, int symbol) {
    var y = new float[outputs];
    step(states, Collections.singletonList(key), new int[] {symbol}, y);
    return y;
  }

  /// Reads one symbol for each of these keys; new keys start with [#initial].
  ///
  /// @param keys n of them; one that occurs again is stepped again
  /// @param symbols `[n]`
  /// @param y gets `[n, outputs]`
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads vectors
  /// @throws IllegalArgumentException if a symbol is out of range; no state changes then
  public <K> void step(KeyedStates<K> states, List<? extends K> keys, int[] symbols, float[] y) {
    DataException.refuseNull(symbols, "the array of symbols");
    caller.enter();
    try {
      int n = keys.size();
      reserve(n);
      table().forward(symbols, n, vectors);
      stepper.step(states, keys, vectors.array(), y);
      invert(y, n);
    } finally {
      caller.leave();
    }
  }

  /// Reads one vector for each of these keys; new keys start with [#initial].
  ///
  /// @param keys n of them; one that occurs again is stepped again
  /// @param x `[n, F]`
  /// @param y gets `[n, outputs]`
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads symbols, or a number is not finite or missing; no
  ///     state changes then
  public <K> void step(KeyedStates<K> states, List<? extends K> keys, float[] x, float[] y) {
    requireVectors();
    requireFinite(x, keys.size());
    caller.enter();
    try {
      stepper.step(states, keys, scaled(x, keys.size()), y);
      invert(y, keys.size());
    } finally {
      caller.leave();
    }
  }

  /// Reads one vector for each of n sequences whose states lie in arrays of the caller.
  ///
  /// @param n how many
  /// @param x `[n, F]`
  /// @param states n different arrays of [#layout]`.size()` floats each: the states before, and
  ///     then those after
  /// @param y gets `[n, outputs]`
  /// @throws dev.unroll.layer.stepping.StateException if a state has another size
  /// @throws DataException if the model reads symbols, or a number is not finite or missing; no
  ///     state changes then
  public void step(int n, float[] x, float[][] states, float[] y) {
    requireVectors();
    requireFinite(x, n);
    caller.enter();
    try {
      stepper.step(n, scaled(x, n), states, y);
      invert(y, n);
    } finally {
      caller.leave();
    }
  }

  /// Reads one symbol for each of n sequences whose states lie in arrays of the caller.
  ///
  /// @param symbols `[n]`
  /// @param states as above
  /// @param y gets `[n, outputs]`
  /// @throws dev.unroll.layer.stepping.StateException if a state has another size
  /// @throws DataException if the model reads vectors
  /// @throws IllegalArgumentException if a symbol is out of range; no state changes then
  public void step(int n, int[] symbols, float[][] states, float[] y) {
    DataException.refuseNull(symbols, "the array of symbols");
    caller.enter();
    try {
      reserve(n);
      table().forward(symbols, n, vectors);
      stepper.step(n, vectors.array(), states, y);
      invert(y, n);
    } finally {
      caller.leave();
    }
  }

  /// Turns the first n rows of outputs into what predictors give, in place, as [#probabilities].
  public void probabilities(int n, float[] y) {
    caller.enter();
    try {
      likely(n, y);
    } finally {
      caller.leave();
    }
  }

  /// Turns the outputs of steps into what predictors give, in place: logits into the probability of
  /// each class or bit. Numbers stay as they are.
  ///
  /// ```java
  /// float[] p = stepper.probabilities(stepper.step(states, "alice", 0.5f, 0.25f));
  /// ```
  ///
  /// @param y `[n, outputs]`
  /// @return y
  /// @throws IllegalArgumentException if y is not made of whole rows
  public float[] probabilities(float[] y) {
    if (y.length % outputs != 0) {
      throw new IllegalArgumentException("y has %d numbers, expected %d for each step"
          .formatted(y.length, outputs));
    }
    probabilities(y.length / outputs, y);
    return y;
  }

  private void likely(int rows, float[] y) {
    for (int from = 0; from < rows; from += ROWS) {
      int n = Math.min(ROWS, rows - from);
      var p = probabilities.of(view(y, from), n);
      System.arraycopy(p.array(), p.offset(), y, from * outputs, n * outputs);
    }
  }

  /// The rows from one on, the same object for the same array: callers use theirs again and again.
  @SuppressWarnings("ReferenceEquality") // an array with the same numbers is another one
  private Rows view(float[] y, int from) {
    int i = from / ROWS;
    if (i >= views.length) {
      views = Arrays.copyOf(views, i + 1);
    }
    var known = views[i];
    if (known == null || known.array() != y) {
      known = new Rows(y, from * outputs, outputs);
      views[i] = known;
    }
    return known;
  }

  /// n rows in the units of the model: x itself where nothing is scaled.
  private float[] scaled(float[] x, int n) {
    DataException.refuseNull(x, "the array of features");
    var scaling = inputs.scaling();
    if (scaling == null || x.length < n * inputs.size()) {
      return x; // which is refused if it is too short
    }
    reserve(n);
    for (int i = 0; i < n; i++) {
      scaling.apply(x, i * inputs.size(), vectors.array(), i * inputs.size());
    }
    return vectors.array();
  }

  private void invert(float[] y, int n) {
    for (int i = 0; i < n; i++) {
      units.invert(y, i * outputs);
    }
  }

  private void reserve(int n) {
    if (vectors.array().length < n * inputs.size()) {
      vectors = Rows.allocate(n, inputs.size());
    }
  }

  private Embedding table() {
    if (embedding == null) {
      throw new DataException(
          "the model reads vectors of %d features, not symbols%s".formatted(inputs.size(),
              inputs.size() == 1 ? "; a feature is a float: write 5f instead of 5" : ""));
    }
    return embedding;
  }

  private void requireVectors() {
    if (embedding != null) {
      throw new DataException(
          "the model reads symbols 0 to %d, not vectors".formatted(inputs.symbols() - 1));
    }
  }

  private void requireFeatures(float[] x) {
    DataException.refuseNull(x, "the array of features");
    if (x.length != inputs.size()) {
      throw new DataException("the event has %d numbers, expected %d, one for each feature"
          .formatted(x.length, inputs.size()));
    }
  }

  /// A value that is not finite would stay in the state forever.
  private void requireFinite(float[] x, int n) {
    DataException.refuseNull(x, "the array of features");
    int size = inputs.size();
    for (int i = 0; i < Math.min(x.length, n * size); i++) {
      if (!Float.isFinite(x[i])) {
        throw new DataException(
            ("feature %d of event %d is %s (the first is 0), expected a finite number; nothing was "
                + "stepped")
                .formatted(i % size, i / size, x[i]));
      }
    }
  }
}
