package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.data.Batches;
import dev.unroll.datasets.SelectiveCopy;
import dev.unroll.expr.Cell;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.util.List;

/// [SelectiveCopy]: symbols that lie at random places among noise are repeated in order. All cells
/// have two layers and long-memory initial values ([Chrono]). Much smaller than in the papers,
/// which have 16 symbols in 4,096 steps and train for 400,000: eight in 128, 6,000 steps. A row
/// ends early when 99.9 % of the validation symbols are right.
final class SelectiveCopying implements Experiment {
  private static final int STEPS = 128;
  private static final int COPIED = 8;
  private static final int BATCH = 32;
  private static final double SOLVED = 0.999;

  @Override
  public String name() {
    return "selective-copy";
  }

  @Override
  public String title() {
    return "Selective copying";
  }

  @Override
  public String source() {
    return "Gu and Dao 2024 (arXiv 2312.00752); Feng et al. 2024 (arXiv 2410.01201)";
  }

  @Override
  public String measure() {
    return "symbols repeated right, of 2,000 new sequences; guesses are right in 7.1 %";
  }

  @Override
  public String takes() {
    return "two to eight minutes a row on one core; no data";
  }

  @Override
  public List<Row> rows(Options options) {
    int steps = options.of(STEPS, 8);
    return List.of(row("LSTM", Chrono.lstm(steps), steps),
        row("GRU", Chrono.gru(steps), steps),
        row("minGRU", Chrono.minGru(steps), steps),
        row("RG-LRU", Chrono.rgLru(steps), steps),
        row("LRU, gated layers", Chrono.gatedLru(steps), steps));
  }

  private static Row row(String name, Cell cell, int steps) {
    return new Row(name, "", bench -> run(bench, cell, steps));
  }

  private static Outcome run(Bench bench, Cell cell, int steps) throws IOException {
    var options = bench.options();
    int copied = options.of(COPIED, 2);
    var model = SequenceToSequence.of(
        Inputs.symbols(SelectiveCopy.SYMBOLS, SelectiveCopy.SYMBOLS),
        RecurrentStack.of(cell, options.of(64, 5)).layers(2),
        Outputs.classes(SelectiveCopy.LETTERS), bench.seed());
    var train = Batches.of(new SelectiveCopy(steps, copied, bench.seed()), BATCH,
        options.of(100, 2));
    var validation =
        fixed(new SelectiveCopy(steps, copied, bench.seed() + 1_000), options.of(500, 20));
    int epochs = options.of(60, 2);
    var recipe = Recipe.of(epochs).learningRate(0.003).schedule(Schedule.CONSTANT)
        .clipping(Clipping.norm(1)).patience(epochs);
    bench.train("training", model, train, validation, recipe,
        epoch -> epoch.validationAccuracy() >= SOLVED);
    var test = fixed(new SelectiveCopy(steps, copied, bench.seed() + 2_000),
        options.of(2_000, 20));
    return Outcome.percent(bench.score(model, test).accuracy(), 1, model.parameters().size());
  }

  private static Batches fixed(SelectiveCopy task, int examples) {
    return Batches.inOrder(task.examples(0, examples), 4 * BATCH);
  }
}
