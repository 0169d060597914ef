package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.Vocabulary;
import dev.unroll.datasets.TinyShakespeare;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.MonteCarlo;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Dropout in a language model of characters with too little text: two layers are trained on the
/// first 300,000 characters of tiny Shakespeare, in pieces of 100 that each begin without context,
/// and are validated on pieces of the last tenth. The rows differ only in their dropout, and none
/// ends early, so that the curves show the overfitting.
final class DroppingOut implements Experiment {
  private static final int STEPS = 100;
  private static final int BATCH = 32;
  private static final int TRAINED = 300_000;
  private static final int DRAWS = 20;
  private static final double DROP = 0.4;

  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public String title() {
    return "Dropout on too little Shakespeare";
  }

  @Override
  public String source() {
    return "Zaremba, Sutskever and Vinyals 2014, arXiv 1409.2329; Gal and Ghahramani 2016, arXiv"
        + " 1512.05287";
  }

  @Override
  public String measure() {
    return "lowest validation loss in nats a character, and that of the last epoch; MC: of the mean"
        + " of probabilities that are drawn with dropout left on, at the lowest";
  }

  @Override
  public String takes() {
    return "15 minutes a row; the data are shipped";
  }

  @Override
  public List<Row> rows(Options options) {
    var body = RecurrentStack.of(Lstm.cell(), options.of(256, 5)).layers(2);
    return List.of(
        row("no dropout", "overfits", body, 0),
        row("dropout between layers", "overfits later", body.inputDropout(DROP).dropout(DROP),
            DRAWS),
        row("variational, tied", "does not overfit", variational(body, Masks.TIED), DRAWS),
        row("variational, untied", "does not overfit", variational(body, Masks.UNTIED), DRAWS));
  }

  private static RecurrentStack variational(RecurrentStack body, Masks masks) {
    return body.variational(DROP, masks).dropout(DROP);
  }

  private static Row row(String label, String published, RecurrentStack body, int draws) {
    return new Row(label, published, bench -> run(bench, body, bench.options().of(draws, 0)));
  }

  private static Outcome run(Bench bench, RecurrentStack body, int draws) throws IOException {
    var options = bench.options();
    var text = TinyShakespeare.text();
    var vocabulary = Vocabulary.of(text);
    var symbols = vocabulary.encode(text);
    int validated = symbols.length / 10 * 9;
    var train = pieces(symbols, 0, options.of(TRAINED, 20 * STEPS));
    var validation = pieces(symbols, validated, options.of(symbols.length, validated + 900));
    var model = SequenceToSequence.of(Inputs.symbols(vocabulary.size(), 64), body,
        Outputs.classes(vocabulary.size()), bench.seed());
    int epochs = options.of(24, 2);
    var held = Batches.inOrder(validation, 64);
    var last = new double[1];
    var training = bench.train("training", model, Batches.of(train, BATCH, bench.seed()), held,
        Recipe.of(epochs).learningRate(0.003).patience(epochs), epoch -> {
          last[0] = epoch.validationLoss();
          return false;
        });
    var shown = "%.3f, at the end %.3f".formatted(training.best(), last[0]);
    return new Outcome(training.best(),
        draws == 0 ? shown : "%s, MC %.3f".formatted(shown, drawn(bench, model, held, draws)),
        model.parameters().size());
  }

  private static List<Example> pieces(int[] symbols, int from, int to) {
    var pieces = new ArrayList<Example>();
    for (int i = from; i + STEPS < to; i += STEPS) {
      pieces.add(new Example(new Symbols(Arrays.copyOfRange(symbols, i, i + STEPS)),
          new Symbols(Arrays.copyOfRange(symbols, i + 1, i + STEPS + 1))));
    }
    return pieces;
  }

  /// The loss of the mean of n predictions with dropout.
  private static double drawn(Bench bench, Model model, Batches batches, int n) {
    var run = model.run(bench.engine(), new ModelBounds(STEPS, STEPS, batches.batchSize(), true));
    double sum = 0;
    long count = 0;
    for (int i = 0; i < batches.count(); i++) {
      var batch = batches.batch(0, i);
      var mean = MonteCarlo.predict(run, batch, n, (long) i * n).mean();
      for (int t = 0; t < batch.target().steps(); t++) {
        for (int b = 0; b < batch.samples(); b++) {
          int row = t * batch.batch() + b;
          int symbol = batch.target().symbols()[row];
          sum -= Math.log(mean.array()[mean.offset() + row * mean.columns() + symbol]);
          count++;
        }
      }
    }
    return sum / count;
  }
}
