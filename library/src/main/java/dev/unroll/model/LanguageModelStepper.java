package dev.unroll.model;

import dev.unroll.layer.KeyedStates;
import dev.unroll.layer.State;
import dev.unroll.layer.StateLayout;
import dev.unroll.layer.Stepper;
import dev.unroll.tensor.Rows;
import java.util.List;

/// A language model symbol by symbol, with the states given and taken at each call: what follows, for
/// one text or for many side by side. As [Stepper] has it, texts do not influence each other, and a step
/// allocates nothing. One caller at a time.
public final class LanguageModelStepper {
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
    stepper.load();
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
  public void step(int symbol, State from, float[] logits, State to) {
    embed(symbol, 0);
    stepper.step(inputs.array(), 0, from, logits, 0, to);
  }

  /// Reads one symbol for each of these keys; those that are new begin with zeros.
  ///
  /// @param keys n of them; one that comes again is stepped again
  /// @param symbols `[n]`
  /// @param logits gets `[n, V]`, for what follows
  /// @throws dev.unroll.layer.StateException if the states are those of another model
  public <K> void step(
      KeyedStates<K> states, List<? extends K> keys, int[] symbols, float[] logits) {
    int size = inputs.columns();
    if (inputs.array().length < keys.size() * size) {
      inputs = Rows.allocate(keys.size(), size);
    }
    for (int i = 0; i < keys.size(); i++) {
      embed(symbols[i], i);
    }
    stepper.step(states, keys, inputs.array(), logits);
  }

  private void embed(int symbol, int row) {
    model.embedding().forward(symbol, inputs.array(), row * inputs.columns());
  }
}
