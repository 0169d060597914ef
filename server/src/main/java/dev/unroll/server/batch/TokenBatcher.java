package dev.unroll.server.batch;

import dev.unroll.model.ModelStepper;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/// Reads a symbol for each of the texts that are written at once, in one call of the model. A text
/// has the same bits as if it were written alone.
public final class TokenBatcher extends SharedCalls<TokenCall> {
  private final ModelStepper stepper;
  private final int outputs;
  private final IntConsumer stepped;
  private final int[] symbols;
  private final float[][] states;
  private final float[] y;

  /// @param stepper that nobody else uses
  /// @param capacity the most texts of a call
  /// @param stepped is told how many symbols were read in a call
  public TokenBatcher(ModelStepper stepper, int capacity, IntConsumer stepped) {
    super(capacity, Duration.ZERO);
    this.stepper = stepper;
    this.stepped = stepped;
    outputs = stepper.outputs();
    symbols = new int[capacity];
    states = new float[capacity][];
    y = new float[Math.multiplyExact(capacity, outputs)];
  }

  /// The state of a text that begins.
  public float[] initial() {
    return stepper.initial().toArray();
  }

  /// The number of symbols.
  public int outputs() {
    return outputs;
  }

  /// Reads a symbol, together with those of others.
  public void read(TokenCall call) {
    await(call);
  }

  @Override
  int size(TokenCall call) {
    return 1;
  }

  @Override
  void call(List<TokenCall> together) {
    int n = together.size();
    for (int i = 0; i < n; i++) {
      symbols[i] = together.get(i).symbol();
      states[i] = together.get(i).state();
    }
    stepper.step(n, symbols, states, y);
    for (int i = 0; i < n; i++) {
      System.arraycopy(y, i * outputs, together.get(i).logits(), 0, outputs);
      together.get(i).answer();
    }
    stepped.accept(n);
  }
}
