package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.layer.stepping.State;
import dev.unroll.model.part.FiniteAnswers;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;

/// Generates symbols one after another: each is drawn from the predicted distribution given all
/// before it. A model of lines continues best from a prompt that begins with the end of a line. The
/// same seed gives the same symbols. Not thread-safe: one caller at a time; overlapping calls are
/// refused by an `IllegalStateException`.
public final class Generator {
  private final OneCaller caller = new OneCaller("Generator",
      "give each thread a generator of its own; they may share a model");
  private final ModelStepper stepper;
  private final Parameters parameters;
  private final Sampling sampling;
  private final CounterRandom random;
  private final State state;
  private final Rows logits;
  private long drawn;

  /// Reads a prompt, which [#next] continues.
  ///
  /// @param model of symbols, whose outputs are logits of the symbol that follows
  /// @param prompt at least one symbol
  public Generator(
      SequenceToSequence model, Engine engine, Sampling sampling, long seed, int[] prompt) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt is empty, expected at least one symbol");
    }
    this.sampling = sampling;
    parameters = model.parameters();
    random = CounterRandom.of(seed).stream("generate");
    stepper = model.stepper(engine, 1);
    state = stepper.initial();
    logits = Rows.allocate(1, stepper.outputs());
    for (int symbol : prompt) {
      read(symbol);
    }
  }

  private void read(int symbol) {
    stepper.step(symbol, state, logits.array(), state);
  }

  /// Draws the next symbol and reads it.
  ///
  /// @throws IllegalStateException if the predicted probabilities are not finite, as after a
  ///     training that failed
  public int next() {
    caller.enter();
    try {
      FiniteAnswers.requireLogits(logits, 0, parameters);
      int symbol = sampling.draw(logits, random.uniform(0, drawn++));
      read(symbol);
      return symbol;
    } finally {
      caller.leave();
    }
  }
}
