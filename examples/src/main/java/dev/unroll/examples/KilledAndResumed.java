package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.datasets.Names;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingSession;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// All settings of a training run, and what happens when it is stopped: it resumes from its
/// checkpoint and ends with the same bits as an uninterrupted run.
final class KilledAndResumed {
  static void main() throws IOException {
    run(Files.createTempDirectory("unroll"), 10_000, 64, 12);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(Path folder, int examples, int hidden, int epochs) throws IOException {
    var names = Names.all().distinct();
    var split = Split.random(names.nationalityOfName(), 0.1, 0, 1);
    var train = split.train().subList(0, Math.min(examples, split.train().size()));

    // The rate rises for 100 steps, then halves after two epochs without progress; training
    // ends after four. Gradients are clipped to a global norm of 1.
    var recipe = Recipe.of(epochs)
        .learningRate(0.004)
        .schedule(Schedule.warmUp(100).then(Schedule.plateau(0.5, 2)))
        .optimizer(Optimizer.adamW(0.01))
        .clipping(Clipping.norm(1))
        .patience(4);

    try (var engine = Engine.of(2)) {
      var whole = new Curve();
      var trainer = trainer(names, train, split, recipe, hidden, engine,
          Files.createDirectory(folder.resolve("whole")));
      IO.println(trainer.fit(whole)); // COMPLETE or EARLY

      // The same again, but it is stopped after an epoch. A power failure has the same effect: a
      // checkpoint is written every minute and after each epoch.
      var home = Files.createDirectory(folder.resolve("stopped"));
      var first = new ArrayList<Double>();
      var stopped = trainer(names, train, split, recipe, hidden, engine, home);
      stopped.fit(new Curve() {
        @Override
        public void epoch(Epoch epoch) {
          super.epoch(epoch);
          first.addAll(losses());
          stopped.stop();
        }
      });

      // Model and data are made as before; parameters, optimizer and progress come from the folder.
      var rest = new Curve();
      var resumed = Trainer.of(model(names, hidden)).engine(engine).folder(home)
          .resume(Batches.of(train, 64, 1), Batches.byLength(split.validation(), 64));
      resumed.fit(rest);
      first.addAll(rest.losses());
      IO.println("the same losses to the last bit: " + first.equals(whole.losses()));
      return first;
    }
  }

  private static TrainingSession trainer(Names names, List<Example> train, Split split,
      Recipe recipe,
      int hidden, Engine engine, Path folder) {
    return Trainer.of(model(names, hidden)).recipe(recipe).engine(engine)
        .folder(folder)
        .session(Batches.of(train, 64, 1), Batches.byLength(split.validation(), 64));
  }

  private static SequenceToVector model(Names names, int hidden) {
    return SequenceToVector.of(Inputs.symbols(names.letters().size(), 32),
        RecurrentStack.of(Gru.cell(), hidden).dropout(0.2), Pooling.LAST,
        Outputs.classes(names.nationalities().size()), 1);
  }
}
