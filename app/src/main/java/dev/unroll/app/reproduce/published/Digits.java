package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.data.Batches;
import dev.unroll.data.Split;
import dev.unroll.datasets.Mnist;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.function.Function;

/// The common part of the experiments on MNIST. The epoch is chosen by 5,000 of the training
/// images.
final class Digits {
  static final String SOURCE = "LeCun, Bottou, Bengio and Haffner 1998";
  static final String MEASURE = "right answers on the 10,000 images to test on";
  private static final int VALIDATION = 5_000;
  private static final long SPLIT_SEED = 1;

  private Digits() {}

  /// @param reading converts an image to a sequence
  static Split split(Function<Mnist, Split> reading, Options options) {
    var folder = options.requireData("the four files of MNIST in a folder mnist");
    var all = reading.apply(Mnist.read(folder.resolve("mnist")));
    return Few.of(all.holdOut(VALIDATION, SPLIT_SEED), options);
  }

  /// @param columns of a step
  static Outcome run(Bench bench, int columns, RecurrentStack body, Split split, Recipe recipe)
      throws IOException {
    var model = SequenceToVector.of(Inputs.features(columns), body, Pooling.LAST,
        Outputs.classes(Mnist.CLASSES), bench.seed());
    bench.train(model, Batches.of(split.train(), 64, bench.seed()),
        Batches.inOrder(split.validation(), 100), recipe);
    double right = bench.score(model, Batches.inOrder(split.test(), 100)).accuracy();
    return Outcome.percent(right, 2, model.parameters().size());
  }
}
