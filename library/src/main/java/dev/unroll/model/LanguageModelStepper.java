package dev.unroll.model;

import dev.unroll.layer.KeyedStates;
import dev.unroll.layer.State;
import dev.unroll.layer.StateLayout;
import dev.unroll.layer.Stepper;
import dev.unroll.tensor.OneCaller;
import dev.unroll.tensor.Rows;
import java.util.List;

/// A language model symbol by symbol, with the states given and taken at each call: what follows, for
/// one text or for many side by side. As [Stepper] has it, texts do not influence each other, and a step
/// allocates nothing. One caller at a time; overlapping calls are refused by an `IllegalStateException`.
public final class LanguageModelStepper {
  private final OneCaller caller = new OneCaller("LanguageModelStepper",
      "give each thread a stepper of its own; steppers may share a model");
  private final LanguageModel model;
  private final Stepper stepper;
  private Rows inputs;

  LanguageModelStepper(LanguageModel model, Stepper stepper) {
    this.model = model;
    this.stepper = stepper;
    inputs = Rows.allocate(1, model.embedding().size());
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
  public StateLayout layout() {
    return stepper.layout();
  }

  /// The state at the beginning of a text: zeros.
  public State initial() {
    return stepper.initial();
  }

  /// Reads one symbol.
  ///
  /// @param from the state before, unchanged unless it is `to` as well
  /// @param logits gets `[V]`, for what follows
  /// @param to gets the state after; may be `from`
  /// @throws dev.unroll.layer.StateException if a state is that of another model
  /// @throws IllegalArgumentException if the symbol is out of range; nothing is stepped then
  public void step(int symbol, State from, float[] logits, State to) {
    caller.enter();
    try {
      model.embedding().forward(symbol, inputs.array(), 0);
      stepper.step(inputs.array(), 0, from, logits, 0, to);
    } finally {
      caller.leave();
    }
  }

  /// Reads one symbol for each of these keys; those that are new begin with zeros.
  ///
  /// @param keys n of them; one that comes again is stepped again
  /// @param symbols `[n]`
  /// @param logits gets `[n, V]`, for what follows
  /// @throws dev.unroll.layer.StateException if the states are those of another model
  /// @throws IllegalArgumentException if a symbol is out of range; nothing is stepped then
  public <K> void step(
      KeyedStates<K> states, List<? extends K> keys, int[] symbols, float[] logits) {
    caller.enter();
    try {
      int n = keys.size();
      if (inputs.array().length < n * inputs.columns()) {
        inputs = Rows.allocate(n, inputs.columns());
      }
      model.embedding().forward(symbols, n, inputs);
      stepper.step(states, keys, inputs.array(), logits);
    } finally {
      caller.leave();
    }
  }
}
