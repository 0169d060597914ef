package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Batches;
import dev.unroll.datasets.CopyMemory;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.expr.Initializer;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// [CopyMemory]: ten symbols are repeated after T steps. Every batch is new; validation and test
/// have seeds of their own. A row ends early at a hundredth of the loss of a model without memory.
///
/// One LSTM begins with the biases of Tallec and Ollivier 2018 (arXiv 1804.11188), which make it
/// remember for about T steps from the start: `bf = ln T`, `bi = −ln T`, the same in all units.
final class Copying implements Experiment {
  private static final int BATCH = 20;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String title() {
    return "Copy memory";
  }

  @Override
  public String source() {
    return "Hochreiter and Schmidhuber 1997; Arjovsky, Shah and Bengio 2016; Bai, Kolter and Koltun"
        + " 2018";
  }

  @Override
  public String measure() {
    return "cross-entropy per step in nats on 2,000 new sequences; without memory it is"
        + " 10 ln 8 / (T + 20)";
  }

  @Override
  public String takes() {
    return "up to half an hour a row on one core; no data";
  }

  @Override
  public List<Row> rows(Options options) {
    var rows = new ArrayList<Row>();
    for (int delay : new int[] {100, 200, 500}) {
      rows.add(row("LSTM", Lstm.cell(), delay));
      rows.add(row("LSTM, biases ± ln T", remembering(delay), delay));
      rows.add(row("GRU", Gru.cell(), delay));
      rows.add(row("simple RNN", SimpleRnn.of(Function.TANH), delay));
    }
    return rows;
  }

  private static Cell remembering(int steps) {
    double bias = Math.log(steps);
    return Lstm.cell().initializer("bf", new Initializer.Constant(bias))
        .initializer("bi", new Initializer.Constant(-bias));
  }

  private static Row row(String name, Cell cell, int delay) {
    return new Row("%s, T = %d".formatted(name, delay),
        "without memory %.4f".formatted(new CopyMemory(delay, 0).baseline()),
        bench -> run(bench, cell, bench.options().of(delay, 3)));
  }

  private static Outcome run(Bench bench, Cell cell, int delay) throws IOException {
    var options = bench.options();
    var model = SequenceToSequence.of(Inputs.symbols(CopyMemory.SYMBOLS, CopyMemory.SYMBOLS),
        RecurrentStack.of(cell, options.of(64, 5)), Outputs.classes(CopyMemory.SYMBOLS - 1),
        bench.seed());
    var train = Batches.of(new CopyMemory(delay, bench.seed()), BATCH, options.of(200, 2));
    var validation = fixed(new CopyMemory(delay, bench.seed() + 1_000), options.of(200, 20));
    int epochs = options.of(50, 2);
    var recipe = Recipe.of(epochs).learningRate(0.005).schedule(Schedule.CONSTANT)
        .optimizer(Optimizer.rmsProp()).clipping(Clipping.norm(1)).patience(epochs);
    double solved = new CopyMemory(delay, 0).baseline() / 100;
    bench.train("training", model, train, validation, recipe,
        epoch -> epoch.validationLoss() < solved);
    var test = fixed(new CopyMemory(delay, bench.seed() + 2_000), options.of(2_000, 20));
    return Outcome.of(bench.score(model, test).mean(), 4, model.parameters().size());
  }

  private static Batches fixed(CopyMemory task, int examples) {
    return Batches.inOrder(task.examples(0, examples), BATCH);
  }
}
