package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Split;
import dev.unroll.datasets.Mnist;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.model.RecurrentStack;
import dev.unroll.train.Recipe;
import java.util.List;

/// MNIST pixel by pixel, 784 steps: dependencies reach back hundreds of steps.
final class DigitsByPixels implements Experiment {
  @Override
  public String name() {
    return "mnist-pixels";
  }

  @Override
  public String title() {
    return "MNIST by pixels";
  }

  @Override
  public String source() {
    return "Le, Jaitly and Hinton 2015; Bai, Kolter and Koltun 2018";
  }

  @Override
  public String measure() {
    return Digits.MEASURE;
  }

  @Override
  public String takes() {
    return "an hour a row; the four files of MNIST in the folder mnist of --data";
  }

  @Override
  public List<Row> rows(Options options) {
    var split = Digits.split(Mnist::byPixels, options);
    return List.of(
        row("GRU", "96.2 % (Bai 2018)", Gru.cell(), split, options),
        row("LSTM", "87.2 % (Bai 2018)", Lstm.cell(), split, options),
        row("GRU, chrono", "96.2 % (Bai 2018)", Chrono.gru(Mnist.PIXELS), split, options),
        row("LSTM, chrono", "87.2 % (Bai 2018)", Chrono.lstm(Mnist.PIXELS), split, options,
            8, 0.004),
        row("simple RNN", "21.5 % (Bai 2018)", SimpleRnn.of(Function.TANH), split, options));
  }

  private static Row row(String label, String published, Cell cell, Split split, Options options) {
    return row(label, published, cell, split, options, 10, 0.002);
  }

  private static Row row(String label, String published, Cell cell, Split split, Options options,
      int epochs, double rate) {
    var body = RecurrentStack.of(cell, options.of(128, 4));
    var recipe = Recipe.of(options.of(epochs, 1)).learningRate(rate);
    return new Row(label, published, bench -> Digits.run(bench, 1, body, split, recipe));
  }
}
