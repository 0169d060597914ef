package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.layer.Layer;
import dev.unroll.layer.stateless.Embedding;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model step by step, with the states given and taken at each call: its outputs before the loss
/// (logits of classes), for one key or for many side by side. As [Stepper] has it, keys do not influence
/// each other, and a step allocates nothing. One caller at a time; overlapping calls are refused by an
/// `IllegalStateException`.
public final class ModelStepper {
  private final OneCaller caller = new OneCaller("ModelStepper",
      "give each thread a stepper of its own; steppers may share a model");
  private final Inputs inputs;
  private final @Nullable Embedding embedding;
  private final Stepper stepper;
  private final int outputs;
  private Rows vectors;

  ModelStepper(Inputs inputs, @Nullable Embedding embedding, Layer layers, Engine engine,
      int batch) {
    if (!layers.isDivisible()) {
      throw new IllegalArgumentException(
          "the model needs whole sequences and cannot be stepped:\n" + layers);
    }
    this.inputs = inputs;
    this.embedding = embedding;
    stepper = new Stepper(layers, engine, batch);
    outputs = layers.outputSize();
    vectors = Rows.allocate(embedding == null ? 0 : 1, inputs.size());
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

  /// What a state of this model consists of.
  public State.Layout layout() {
    return stepper.layout();
  }

  /// The state at the beginning of a sequence: zeros, or what the model has learned.
  public State initial() {
    return stepper.initial();
  }

  /// No keys yet, each of which will have a state of this model.
  public <K> KeyedStates<K> newStates() {
    return new KeyedStates<>(layout());
  }

  /// How many numbers a step puts out.
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
  /// @throws IllegalArgumentException if the symbol is out of range; nothing is stepped then
  public void step(int symbol, State from, float[] y, State to) {
    caller.enter();
    try {
      table().forward(symbol, vectors.array(), 0);
      stepper.step(vectors.array(), 0, from, y, 0, to);
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
  /// @throws DataException if the model reads symbols
  public void step(float[] x, State from, float[] y, State to) {
    requireVectors();
    stepper.step(x, 0, from, y, 0, to);
  }

  /// Reads one vector for a key; it begins with [#initial] if it is new.
  ///
  /// @param x `[F]`
  /// @return `[outputs]`, a new array: for many events a second use the other methods, which allocate nothing
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads symbols
  public <K> float[] step(KeyedStates<K> states, K key, float... x) {
    var y = new float[outputs];
    step(states, List.of(key), x, y);
    return y;
  }

  /// Reads one symbol for a key; it begins with [#initial] if it is new.
  ///
  /// @return `[outputs]`, a new array: for many events a second use the other methods, which allocate nothing
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads vectors
  /// @throws IllegalArgumentException if the symbol is out of range; nothing is stepped then
  public <K> float[] step(KeyedStates<K> states, K key, int symbol) {
    var y = new float[outputs];
    step(states, List.of(key), new int[] {symbol}, y);
    return y;
  }

  /// Reads one symbol for each of these keys; those that are new begin with [#initial].
  ///
  /// @param keys n of them; one that comes again is stepped again
  /// @param symbols `[n]`
  /// @param y gets `[n, outputs]`
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads vectors
  /// @throws IllegalArgumentException if a symbol is out of range; nothing is stepped then
  public <K> void step(KeyedStates<K> states, List<? extends K> keys, int[] symbols, float[] y) {
    caller.enter();
    try {
      int n = keys.size();
      if (vectors.array().length < n * inputs.size()) {
        vectors = Rows.allocate(n, inputs.size());
      }
      table().forward(symbols, n, vectors);
      stepper.step(states, keys, vectors.array(), y);
    } finally {
      caller.leave();
    }
  }

  /// Reads one vector for each of these keys; those that are new begin with [#initial].
  ///
  /// @param keys n of them; one that comes again is stepped again
  /// @param x `[n, F]`
  /// @param y gets `[n, outputs]`
  /// @throws dev.unroll.layer.stepping.StateException if the states are those of another model
  /// @throws DataException if the model reads symbols
  public <K> void step(KeyedStates<K> states, List<? extends K> keys, float[] x, float[] y) {
    requireVectors();
    stepper.step(states, keys, x, y);
  }

  private Embedding table() {
    if (embedding == null) {
      throw new DataException(
          "The model reads vectors of %d features, not symbols.".formatted(inputs.size()));
    }
    return embedding;
  }

  private void requireVectors() {
    if (embedding != null) {
      throw new DataException(
          "The model reads symbols 0 to %d, not vectors.".formatted(inputs.symbols() - 1));
    }
  }
}
