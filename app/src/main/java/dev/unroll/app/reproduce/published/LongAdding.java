package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.data.Batches;
import dev.unroll.datasets.AddingProblem;
import dev.unroll.expr.Cell;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.util.List;

/// [AddingProblem] over 5,000 steps, for gated cells and for linear recurrences, all with
/// long-memory initial values ([Chrono]). Batches of 8 and a rate of 0.01, as the two numbers are
/// first seen beside 5,000 others: with 16 and 0.002, the rate of [Adding], the minimal GRU stayed
/// at a constant answer for 1,400 steps. A row ends early at a validation error of 0.005, below
/// 0.01, at which the problem counts as solved, or after 2,400 steps. The linear recurrent unit is
/// linear from end to end and cannot multiply numbers by their marks, so it has two layers with
/// gates behind.
final class LongAdding implements Experiment {
  private static final int STEPS = 5_000;
  private static final double SOLVED = 0.005;
  private static final int BATCH = 8;

  @Override
  public String name() {
    return "adding-long";
  }

  @Override
  public String title() {
    return "Adding problem, T = 5,000";
  }

  @Override
  public String source() {
    return "Hochreiter and Schmidhuber 1997; Tallec and Ollivier 2018; the cells' papers";
  }

  @Override
  public String measure() {
    return "mean squared error on 2,000 new sequences; 0.167 is what a constant answer has";
  }

  @Override
  public String takes() {
    return "two to fifteen minutes a row on one core; no data";
  }

  @Override
  public List<Row> rows(Options options) {
    int steps = options.of(STEPS, 8);
    return List.of(row("LSTM", Chrono.lstm(steps), steps, 1),
        row("GRU", Chrono.gru(steps), steps, 1),
        row("minGRU", Chrono.minGru(steps), steps, 1),
        row("RG-LRU", Chrono.rgLru(steps), steps, 1),
        row("LRU, two gated layers", Chrono.gatedLru(steps), steps, 2));
  }

  private static Row row(String name, Cell cell, int steps, int layers) {
    return new Row(name, "", bench -> run(bench, cell, steps, layers));
  }

  private static Outcome run(Bench bench, Cell cell, int steps, int layers) throws IOException {
    var options = bench.options();
    var model = SequenceToVector.of(Inputs.features(2),
        RecurrentStack.of(cell, options.of(64, 5)).layers(layers), Pooling.LAST,
        Outputs.numbers(1), bench.seed());
    var train = Batches.of(new AddingProblem(steps, bench.seed()), BATCH, options.of(200, 2));
    var validation = fixed(new AddingProblem(steps, bench.seed() + 1_000), options.of(200, 40));
    int epochs = options.of(12, 2);
    var recipe = Recipe.of(epochs).learningRate(0.01).schedule(Schedule.CONSTANT)
        .clipping(Clipping.norm(1)).patience(epochs);
    bench.train("training", model, train, validation, recipe,
        epoch -> epoch.validationLoss() < SOLVED);
    var test = fixed(new AddingProblem(steps, bench.seed() + 2_000), options.of(2_000, 40));
    return Outcome.of(bench.score(model, test).mean(), 4, model.parameters().size());
  }

  private static Batches fixed(AddingProblem task, int examples) {
    return Batches.inOrder(task.examples(0, examples), 4 * BATCH);
  }
}
