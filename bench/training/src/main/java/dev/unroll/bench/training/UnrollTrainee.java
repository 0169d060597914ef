package dev.unroll.bench.training;

import dev.unroll.Engine;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Path;

/// Trains by this library, by its [Trainer]; a listener waits for its turns.
final class UnrollTrainee {
  private UnrollTrainee() {}

  /// Trains, a turn for each line of the input.
  ///
  /// @param args model, threads, dropout, and a file that gets the initial weights or `-`
  public static void main(String... args) throws IOException {
    var workload = Workload.of(args[0]);
    var model = workload.architecture(Double.parseDouble(args[2])).initialized();
    if (!args[3].equals("-")) {
      WeightFile.write(model.parameters(), Path.of(args[3]));
    }
    var batches = workload.batches();
    try (var engine = Engine.of(Integer.parseInt(args[1]))) {
      double peak = peak(engine);
      var turns = new Turn(peak, workload, batches);
      Trainer.of(model).engine(engine)
          .recipe(Recipe.of(1_000_000).learningRate(Workload.RATE).schedule(Schedule.constant()))
          .validation(0).listener(new TrainingListener() {
            @Override
            public void step(Step step) {
              turns.stepped(step.loss(), step.seconds());
            }
          }).fit(batches, null);
    }
  }

  /// Multiply-adds a second, on all threads.
  private static double peak(Engine engine) {
    var roofs = Providers.roofs(engine.kernels());
    var sums = new float[engine.threads().size() * 64];
    double best = 0;
    for (int i = 0; i < 200; i++) {
      long start = System.nanoTime();
      engine.threads().run((thread, _) -> sums[thread * 64] += roofs.multiplyAdd(100_000), 1e12);
      double rate = 1e9 * 100_000 * roofs.operations() / 2 * engine.threads().size()
          / (System.nanoTime() - start);
      best = Math.max(best, rate);
    }
    return best;
  }
}
