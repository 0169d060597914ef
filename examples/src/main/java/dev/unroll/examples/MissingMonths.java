package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Scaling;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Windows;
import dev.unroll.datasets.example.SeriesFile;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Masks and lengths: sunspots with months without observations, in windows of different lengths.
/// At a masked step every state is held; the value there, even nonsense, changes nothing.
final class MissingMonths {
  static void main() throws IOException {
    run(Path.of("examples/data/monthly-sunspots.csv"), 10_000, 32, 10);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(Path file, int examples, int hidden, int epochs) throws IOException {
    var series = SeriesFile.read(file, "Sunspots").series();
    var scaled = Scaling.standard(List.of(series)).apply(series);
    var split = Split.inOrder(withGaps(Windows.of(60, 1).vectors(scaled)), 0.2, 0.1);
    var train = split.train().subList(0, Math.min(examples, split.train().size()));

    var model = SequenceToVector.of(
        Inputs.features(1), RecurrentStack.of(Lstm.cell(), hidden), Pooling.LAST,
        Outputs.numbers(1), 1);
    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs)).engine(engine)
          .session(Batches.of(train, 32, 1), Batches.byLength(split.validation(), 32));
      trainer.fit(curve);
      trainer.useBest();

      // Short and long windows side by side are padded, and each gets the same output as it does
      // alone.
      var few = split.test().subList(0, 4);
      var together = predict(model, engine, few);
      for (int b = 0; b < few.size(); b++) {
        var alone = predict(model, engine, List.of(few.get(b)));
        IO.println("%d months: %.6f in the batch, %.6f alone".formatted(
            few.get(b).input().length(), together[b], alone[0]));
      }
      return curve.losses();
    }
  }

  /// Every window loses up to 40 months at its beginning, and one in five of the others.
  private static List<Example> withGaps(List<Example> windows) {
    var random = new Random(1);
    var withGaps = new ArrayList<Example>();
    for (var window : windows) {
      float[] months = ((Features) window.input()).values();
      float[] kept = Arrays.copyOfRange(months, random.nextInt(41), months.length);
      var present = new boolean[kept.length];
      for (int t = 0; t < kept.length; t++) {
        present[t] = t == 0 || random.nextInt(5) > 0;
        kept[t] = present[t] ? kept[t] : 1e6f;
      }
      withGaps.add(
          new Example(Features.of(kept), window.target()).inputMask(present));
    }
    return withGaps;
  }

  private static float[] predict(SequenceToVector model, Engine engine, List<Example> examples) {
    var batch = Batch.of(examples);
    var run = model.run(
        engine, new ModelBounds(batch.input().steps(), 1, examples.size(), false));
    var said = run.predict(batch);
    return Arrays.copyOfRange(said.array(), said.offset(), said.offset() + examples.size());
  }
}
