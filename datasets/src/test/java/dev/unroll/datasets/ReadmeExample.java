package dev.unroll.datasets;

import dev.unroll.expr.Cell;
import dev.unroll.format.ModelFile;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.KeyFormat;
import dev.unroll.layer.KeyedStates;
import dev.unroll.model.Generator;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModel.Architecture;
import dev.unroll.model.LanguageModelStepper;
import dev.unroll.model.Sampling;
import dev.unroll.train.TextTask;
import dev.unroll.train.TextTraining;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSettings;
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
      var architecture = Architecture.of(task.vocabulary().size(), cell, 256).withLayers(2);
      var model = LanguageModel.initialized(architecture);
      new TextTraining(model, task, TrainingSettings.of(5), engine, folder)
          .train(TrainingListener.SILENT);

      ModelFile best = ModelFile.read(folder.resolve(TextTraining.MODEL));
      var prompt = best.vocabulary().encode("\nROMEO:");
      var generator = new Generator(best.model(), engine, new Sampling(0.8, 0, 1), 1, prompt);
      for (int i = 0; i < 200; i++) {
        System.out.print(best.vocabulary().symbol(generator.next()));
      }
    }
    // README
  }

  static byte[] stream(LanguageModel model, Engine engine, int symbols, long yesterday) {
    // STREAM
    LanguageModelStepper stepper = model.stepper(engine, 64);
    var states = new KeyedStates<String>(stepper.layout());
    var logits = new float[2 * symbols];
    stepper.step(states, List.of("alice", "bob"), new int[] {3, 5}, logits); // one event of each
    states.expire(yesterday); // keys that were idle since then
    byte[] snapshot = states.toBytes(KeyFormat.STRING);
    // STREAM
    return snapshot;
  }
}
