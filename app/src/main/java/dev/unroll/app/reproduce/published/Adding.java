package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Batches;
import dev.unroll.datasets.AddingProblem;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// [AddingProblem]: adds two numbers that are far apart in a long sequence. Every batch is new, so
/// that nothing can be memorized; validation and test have seeds of their own. A row ends early at
/// a validation error of 0.001, far below 0.01, at which the problem counts as solved. The cells
/// named chrono have long-memory initial biases ([Chrono]).
final class Adding implements Experiment {
  private static final double SOLVED = 0.001;
  private static final int BATCH = 32;

  @Override
  public String name() {
    return "adding";
  }

  @Override
  public String title() {
    return "Adding problem";
  }

  @Override
  public String source() {
    return "Hochreiter and Schmidhuber 1997; Le, Jaitly and Hinton 2015; Arjovsky, Shah and Bengio"
        + " 2016";
  }

  @Override
  public String measure() {
    return "mean squared error on 10,000 new sequences; 0.167 is what a constant answer has";
  }

  @Override
  public String takes() {
    return "up to ten minutes a row on one core, half an hour for T = 600; no data";
  }

  @Override
  public List<Row> rows(Options options) {
    var rows = new ArrayList<Row>();
    for (int steps : new int[] {200, 600}) {
      rows.add(row("LSTM", Lstm.cell(), steps, "under 0.01"));
      rows.add(row("GRU", Gru.cell(), steps, "under 0.01"));
      rows.add(row("simple RNN", SimpleRnn.of(Function.TANH), steps, "fails: 0.167"));
      rows.add(row("LSTM, chrono", Chrono.lstm(steps), steps, "under 0.01"));
      rows.add(row("GRU, chrono", Chrono.gru(steps), steps, "under 0.01"));
      rows.add(row("IRNN", Cells.irnn(), steps, "shown"));
    }
    return rows;
  }

  private static Row row(String name, Cell cell, int steps, String published) {
    return new Row("%s, T = %d".formatted(name, steps), published,
        bench -> run(bench, cell, bench.options().of(steps, 6)));
  }

  private static Outcome run(Bench bench, Cell cell, int steps) throws IOException {
    var options = bench.options();
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(cell, options.of(64, 5)),
        Pooling.LAST, Outputs.numbers(1), bench.seed());
    var train = Batches.of(new AddingProblem(steps, bench.seed()), BATCH, options.of(200, 2));
    var validation = fixed(new AddingProblem(steps, bench.seed() + 1_000), options.of(1_000, 40));
    var recipe = Recipe.of(options.of(50, 2)).learningRate(0.002).schedule(Schedule.CONSTANT)
        .clipping(Clipping.norm(1)).patience(options.of(50, 2));
    bench.train("training", model, train, validation, recipe,
        epoch -> epoch.validationLoss() < SOLVED);
    var test = fixed(new AddingProblem(steps, bench.seed() + 2_000), options.of(10_000, 40));
    return Outcome.of(bench.score(model, test).mean(), 4, model.parameters().size());
  }

  private static Batches fixed(AddingProblem task, int examples) {
    return Batches.inOrder(task.examples(0, examples), 100);
  }
}
