package dev.unroll.examples.quickstart;

import dev.unroll.cell.Lstm;
import dev.unroll.data.Example;
import dev.unroll.model.*;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A classifier of sequences of numbers, trained on values in memory and used by another process.
final class ClassifyNumbers {
  /// Trains on examples of 8 features per step and 3 classes, `Example.of(float[][] steps, int
  /// label)`.
  static void train(List<Example> examples, Path file) throws IOException {
    var stack = RecurrentStack.of(Lstm.cell(), 64);
    var model = SequenceToVector.of(Inputs.features(8), stack, Outputs.classes(3));
    IO.println(Trainer.of(model).epochs(20).fit(examples));
    model.save(file);
  }

  /// The probability of each class.
  static float[] predict(Path file, float[][] steps) throws IOException {
    var model = (SequenceToVector) Model.load(file);
    return model.predictor().predict(steps);
  }
}
