package dev.unroll.examples;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
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
import dev.unroll.model.loss.Loss;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A probabilistic forecast: from 11 years of monthly sunspots the next 12 months, each as
/// three quantiles. Sequence → vector.
final class SunspotForecast {
  private static final int MONTHS = 12;

  static void main() throws IOException {
    run(Path.of("examples/data/monthly-sunspots.csv"), 10_000, 48, 20);
  }

  /// Trains, and shows the result.
  ///
  /// @return the validation loss after each epoch
  static List<Double> run(Path file, int examples, int hidden, int epochs) throws IOException {
    // The scaling is fitted on the first 70 % only: the future must not be known, not even its
    // mean.
    var series = SeriesFile.read(file, "Sunspots").series();
    var past = Arrays.copyOf(series.values(), series.length() * 7 / 10);
    var scaling = Scaling.standard(List.of(Features.of(past)));

    // A window at each month: 132 months are read and the next 12 are the target, as one vector.
    var windows = Windows.of(132, MONTHS).vectors(scaling.apply(series));
    var split = Split.inOrder(windows, 0.1, 0.2);
    int first = Math.max(0, split.train().size() - examples);
    var train = split.train().subList(first, split.train().size());

    // The pinball loss has three outputs for each of the 12 numbers: one that the true value
    // exceeds in nine of ten cases, the median, and one that it exceeds in one of ten.
    var model = SequenceToVector.of(
        Inputs.features(1),
        RecurrentStack.of(Gru.cell(), hidden),
        Pooling.LAST,
        Outputs.numbers(MONTHS).loss(Loss.quantile(0.1, 0.5, 0.9)),
        1);

    try (var engine = Engine.of(2)) {
      var curve = new Curve();
      var trainer = Trainer.of(model).recipe(Recipe.of(epochs)).engine(engine)
          .session(Batches.of(train, 32, 1), Batches.inOrder(split.validation(), 32));
      trainer.fit(curve);
      trainer.useBest();

      // The result is `[B, 12 · 3]`, the quantiles of a month side by side.
      var last = split.test().getLast();
      var run = model.run(engine, new ModelBounds(132, 1, 1, false));
      var said = run.predict(Batch.of(List.of(last)));
      var quantiles = Arrays.copyOfRange(
          said.array(), said.offset(), said.offset() + said.columns());
      var spots = scaling.invert(Features.of(quantiles)).values();
      var truth = scaling.invert(
          new Features(((Features) last.target()).values(), 1)).values();
      for (int month = 0; month < MONTHS; month++) {
        IO.println(
            "month %2d: %5.1f … %5.1f … %5.1f sunspots; there were %5.1f".formatted(month + 1,
                spots[3 * month], spots[3 * month + 1], spots[3 * month + 2], truth[month]));
      }
      return curve.losses();
    }
  }
}
