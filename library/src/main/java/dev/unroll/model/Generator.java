package dev.unroll.model;

import dev.unroll.kernel.Engine;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;

/// Writes symbols one after another: each is drawn from what the model expects after all before it. A
/// model of lines goes on best from a prompt that begins with the end of a line.
/// The same seed gives the same symbols. Not thread-safe: one caller at a time.
public final class Generator {
  private static final int CHUNK = 64;

  private final LanguageModelRun reader;
  private final LanguageModelRun writer;
  private final Sampling sampling;
  private final CounterRandom random;
  private final int[] symbol = new int[1];
  private long drawn;
  private Rows logits;

  /// Reads a prompt, after which [#next] goes on.
  ///
  /// @param prompt at least one symbol
  public Generator(
      LanguageModel model, Engine engine, Sampling sampling, long seed, int[] prompt) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt is empty, expected at least one symbol");
    }
    this.sampling = sampling;
    random = CounterRandom.of(seed).stream("generate");
    reader = model.run(engine, Math.min(CHUNK, prompt.length), 1, false);
    writer = model.run(engine, 1, 1, false);
    logits = read(prompt);
    copyStates();
  }

  private Rows read(int[] prompt) {
    var last = new Rows(new float[0], 0, 0);
    for (int from = 0; from < prompt.length; from += CHUNK) {
      int steps = Math.min(CHUNK, prompt.length - from);
      var chunk = new int[steps];
      System.arraycopy(prompt, from, chunk, 0, steps);
      var rows = reader.logits(chunk, steps);
      last = new Rows(rows.array(), rows.offset() + (steps - 1) * rows.columns(), rows.columns());
    }
    return last;
  }

  private void copyStates() {
    var to = writer.states();
    var from = reader.states();
    for (int i = 0; i < from.size(); i++) {
      var source = from.get(i).rows();
      var target = to.get(i).rows();
      System.arraycopy(source.array(), source.offset(), target.array(), target.offset(),
          source.columns());
    }
  }

  /// Draws the next symbol and reads it.
  public int next() {
    symbol[0] = sampling.draw(logits, random.uniform(0, drawn++));
    logits = writer.logits(symbol, 1);
    return symbol[0];
  }
}
