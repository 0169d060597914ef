package dev.unroll.datasets;

import dev.unroll.expr.Cell;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.KeyFormat;
import dev.unroll.layer.KeyedStates;
import dev.unroll.model.Body;
import dev.unroll.model.Generator;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.ModelFile;
import dev.unroll.model.ModelStepper;
import dev.unroll.model.Sampling;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.TextTask;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The examples of the README, word for word.
final class ReadmeExample {
  private ReadmeExample() {}

  static void trainAndWrite(String text, Path folder) throws IOException {
    // README
    Cell cell = Cell.parse("my-cell", """
        f  = σ(Wf x + Uf h + bf)
        n  = tanh(Wn x + Un (f * h) + bn)
        h' = (1 - f) * h + f * n
        """);
    TextTask task = TextTask.of("shakespeare", text);

    try (Engine engine = Engine.of(2)) {
      var body = Body.of(cell, 256).layers(2);
      var model = LanguageModel.parts(task.vocabulary().size(), 64, body, 1).initialized();
      var trainer = Trainer.of(model).recipe(Recipe.of(5).learningRate(0.004)).engine(engine)
          .folder(folder).origin(task.origin(32, 64))
          .session(task.batches(32, 64), task.validationBatches());
      trainer.fit(TrainingListener.SILENT);

      ModelFile best = ModelFile.read(folder.resolve(TrainingSession.MODEL));
      var prompt = best.characters().encode("\nROMEO:");
      var generator =
          new Generator(best.languageModel(), engine, new Sampling(0.8, 0, 1), 1, prompt);
      for (int i = 0; i < 200; i++) {
        System.out.print(best.characters().symbol(generator.next()));
      }
    }
    // README
  }

  static byte[] stream(SequenceToSequence model, Engine engine, int symbols, long yesterday) {
    // STREAM
    ModelStepper stepper = model.stepper(engine, 64);
    var states = new KeyedStates<String>(stepper.layout());
    var logits = new float[2 * symbols];
    stepper.step(states, List.of("alice", "bob"), new int[] {3, 5}, logits); // one event of each
    states.expire(yesterday); // keys that were idle since then
    byte[] snapshot = states.toBytes(KeyFormat.STRING);
    // STREAM
    return snapshot;
  }
}
