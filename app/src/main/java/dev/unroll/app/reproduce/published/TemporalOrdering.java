package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Batches;
import dev.unroll.datasets.TemporalOrder;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.expr.Initializer;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import dev.unroll.train.TrainingException;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// [TemporalOrder]: how often a simple network learns which of two symbols came first, with plain
/// gradient descent, with clipped gradients, and with Ω in addition. The network has 50 units as in
/// the paper; U begins orthogonal with gain 0.95, near the paper's sparse U of that spectral
/// radius, and W small, so that the symbols between them do not saturate tanh. Each row is a few
/// runs from different initial values on different data; a run ends when 0.5 % of the validation
/// sequences are wrong, or at 10,000 steps (30,000 where lengths are mixed) where the paper waits
/// for five million.
final class TemporalOrdering implements Experiment {
  private static final int BATCH = 20;
  private static final double GOAL = 0.995;
  private static final double SUCCESS = 0.99;
  private static final double RATE = 0.02;
  private static final double OMEGA = 2;

  /// The paper trains on sequences of 50 to 200 steps.
  private static final List<Pace> PACES = List.of(new Pace(20, 20, 40), new Pace(50, 50, 40),
      new Pace(100, 100, 40), new Pace(50, 200, 120));

  @Override
  public String name() {
    return "temporal-order";
  }

  @Override
  public String title() {
    return "Temporal order";
  }

  @Override
  public String source() {
    return "Pascanu, Mikolov and Bengio 2013, after Hochreiter and Schmidhuber 1997";
  }

  @Override
  public String measure() {
    return "runs with at most 1 % wrong on 10,000 new sequences";
  }

  @Override
  public String takes() {
    return "up to twenty minutes a row on one core; no data";
  }

  @Override
  public List<Row> rows(Options options) {
    var rows = new ArrayList<Row>();
    for (var pace : PACES) {
      // Without Ω the paper has only curves (its figure 7) and no number in its text.
      rows.add(row("SGD", Clipping.NONE, 0, pace, ""));
      rows.add(row("SGD, clipped", Clipping.norm(1), 0, pace, ""));
      rows.add(row("SGD, clipped, Ω", Clipping.norm(1), OMEGA, pace,
          pace.longest() >= 50 ? "all of 5 runs" : ""));
    }
    return rows;
  }

  /// The lengths of the sequences and the largest number of epochs of 250 steps of a run.
  private record Pace(int shortest, int longest, int epochs) {
    String label() {
      return shortest == longest ? "T = %d".formatted(longest)
          : "T = %d … %d".formatted(shortest, longest);
    }

    TemporalOrder task(long seed) {
      return new TemporalOrder(shortest, longest, seed);
    }
  }

  private static Row row(String name, Clipping clipping, double omega, Pace pace,
      String published) {
    return new Row("%s, %s".formatted(name, pace.label()), published, bench -> run(bench, clipping,
        omega, bench.options().quick() ? new Pace(10, 10, 2) : pace));
  }

  private static Outcome run(Bench bench, Clipping clipping, double omega, Pace pace)
      throws IOException {
    int runs = bench.options().of(3, 2);
    int learned = 0;
    int parameters = 0;
    for (int i = 0; i < runs; i++) {
      long seed = bench.seed() + i;
      var model = model(bench, omega, seed);
      parameters = model.parameters().size();
      if (learns(bench, model, clipping, pace, seed)) {
        learned++;
      }
    }
    return new Outcome((double) learned / runs, "%d of %d".formatted(learned, runs), parameters);
  }

  private static SequenceToVector model(Bench bench, double omega, long seed) {
    int hidden = bench.options().of(50, 5);
    var body = RecurrentStack.of(cell(), hidden);
    return SequenceToVector.of(Inputs.symbols(TemporalOrder.SYMBOLS, TemporalOrder.SYMBOLS),
        omega > 0 ? body.preserveGradients(omega) : body, Pooling.LAST,
        Outputs.classes(TemporalOrder.CLASSES), seed);
  }

  private static Cell cell() {
    return SimpleRnn.of(Function.TANH).initializer("U", new Initializer.Orthogonal(0.95))
        .initializer("W", new Initializer.Normal(0.03));
  }

  private static boolean learns(Bench bench, SequenceToVector model, Clipping clipping, Pace pace,
      long seed) throws IOException {
    var options = bench.options();
    var train = Batches.of(pace.task(seed), BATCH, options.of(250, 2));
    var validation = fixed(pace.task(seed + 1_000), options.of(1_000, 40));
    var recipe = Recipe.of(pace.epochs()).learningRate(RATE).schedule(Schedule.constant())
        .optimizer(Optimizer.sgd()).clipping(clipping).patience(pace.epochs());
    try {
      var training = bench.train("seed-" + seed, model, train, validation, recipe,
          epoch -> epoch.validationAccuracy() >= GOAL);
      if (!training.reached()) {
        return false;
      }
    } catch (TrainingException e) {
      bench.say("  seed %d: %s".formatted(seed, e.getMessage()));
      return false;
    }
    var test = fixed(pace.task(seed + 2_000), options.of(10_000, 40));
    return bench.score(model, test).accuracy() >= SUCCESS;
  }

  private static Batches fixed(TemporalOrder task, int examples) {
    return Batches.inOrder(task.examples(0, examples), 100);
  }
}
