package dev.unroll.datasets;

import dev.unroll.Engine;
import dev.unroll.expr.Cell;
import dev.unroll.layer.stepping.KeyFormat;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.ModelStepper;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The examples of the README, word for word.
final class ReadmeExample {
  private ReadmeExample() {}

  static void trainAndWrite(String text, Path file) throws IOException {
    // README
    Cell cell = Cell.parse("my-cell", """
        f  = σ(Wf x + Uf h + bf)
        n  = tanh(Wn x + Un (f * h) + bn)
        h' = (1 - f) * h + f * n
        """);
    var model = LanguageModel.of(text, RecurrentStack.of(cell, 256).layers(2));
    var result = Trainer.of(model).recipe(Recipe.of(5).learningRate(0.004)).fit(text);
    System.out.println(result); // "5 epochs, best 5: loss 1.62, accuracy 51.9 %, seed 1"
    model.save(file);

    var again = (SequenceToSequence) Model.load(file);
    System.out.print(again.generate("\nROMEO:", 200));
    // README
  }

  private static final long DAY = 86_400_000;

  static byte[] stream(SequenceToSequence model, Engine engine, long now) {
    // STREAM
    ModelStepper stepper = model.stepper(engine, 64);
    var states = stepper.<String>newStates();
    var logits = new float[2 * stepper.outputs()];
    states.at(now); // milliseconds, or any clock of yours
    stepper.step(states, List.of("alice", "bob"), new int[] {3, 5}, logits); // one event of each
    stepper.probabilities(logits); // in place, of each class
    states.expire(now - DAY); // drops keys that were idle for longer
    byte[] snapshot = states.toBytes(KeyFormat.STRING);
    // STREAM
    return snapshot;
  }
}
