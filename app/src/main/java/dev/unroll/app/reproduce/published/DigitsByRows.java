package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Split;
import dev.unroll.datasets.Mnist;
import dev.unroll.layer.Merge;
import dev.unroll.model.RecurrentStack;
import dev.unroll.train.Recipe;
import java.util.List;

/// MNIST row by row, 28 steps of 28 pixels.
final class DigitsByRows implements Experiment {
  private static final double DROP = 0.2;

  @Override
  public String name() {
    return "mnist-rows";
  }

  @Override
  public String title() {
    return "MNIST by rows";
  }

  @Override
  public String source() {
    return Digits.SOURCE;
  }

  @Override
  public String measure() {
    return Digits.MEASURE;
  }

  @Override
  public String takes() {
    return "10 minutes; the four files of MNIST in the folder mnist of --data";
  }

  @Override
  public List<Row> rows(Options options) {
    var split = Digits.split(Mnist::byRows, options);
    return List.of(
        row("GRU, 128 units", RecurrentStack.of(Gru.cell(), options.of(128, 8)), split),
        row("LSTM, 128 units", RecurrentStack.of(Lstm.cell(), options.of(128, 8)), split),
        row("GRU, 64 units in each of two directions",
            RecurrentStack.of(Gru.cell(), options.of(64, 4)).bidirectional(Merge.CONCATENATE),
            split));
  }

  private static Row row(String label, RecurrentStack body, Split split) {
    return new Row(label, "98.8 % (usual)", bench -> Digits.run(
        bench, 28, body.dropout(DROP), split, Recipe.of(bench.options().of(8, 2))));
  }
}
