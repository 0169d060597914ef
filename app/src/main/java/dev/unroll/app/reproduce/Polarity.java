package dev.unroll.app.reproduce;

import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.datasets.SentencePolarity;
import dev.unroll.datasets.SentencePolarity.Fold;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Body;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.MonteCarlo;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.Rows;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.List;

/// Sentences from film reviews: did the writer like it? The rows differ in nothing but their dropout;
/// words have vectors that are learned from these sentences alone. Fold 0 of 10 is tested, fold 1
/// chooses the epoch.
final class Polarity implements Experiment {
  private static final int BATCH = 50;
  private static final int DRAWS = 30;

  @Override
  public String name() {
    return "polarity";
  }

  @Override
  public String title() {
    return "Sentence polarity";
  }

  @Override
  public String source() {
    return "Pang and Lee 2005; dropout: Zaremba 2014, Gal and Ghahramani 2016";
  }

  @Override
  public String measure() {
    return "right answers on the sentences to test on; MC: the mean of probabilities that are drawn"
        + " with dropout left on";
  }

  @Override
  public String takes() {
    return "10 minutes; the data are shipped";
  }

  @Override
  public List<Row> rows(Options options) {
    var all = SentencePolarity.load().fold(0, 1, 2);
    var fold = new Fold(all.words(), Few.of(all.split(), options));
    var body = Body.of(Lstm.cell(), options.of(96, 4));
    var layers = body.inputDropout(0.5).dropout(0.5);
    return List.of(
        row("no dropout", "overfits (Gal 2016)", 0, body, fold, 0),
        row("dropout between layers", "overfits (Gal 2016)", 0, layers, fold, options.of(DRAWS, 2)),
        row("variational, tied", "76.1 % (Kim 2014, CNN)", 0.2, variational(body, Masks.TIED), fold,
            options.of(DRAWS, 2)),
        row("variational, untied", "76.1 % (Kim 2014, CNN)", 0.2, variational(body, Masks.UNTIED),
            fold,
            options.of(DRAWS, 2)));
  }

  private static Body variational(Body body, Masks masks) {
    return body.variational(0.5, masks).dropout(0.5);
  }

  /// @param wordDrop the probability with which all places of a word are dropped
  /// @param draws for Monte Carlo prediction; 0 for none
  private static Row row(
      String label, String published, double wordDrop, Body body, Fold fold, int draws) {
    return new Row(label, published, bench -> run(bench, wordDrop, body, fold, draws));
  }

  private static Outcome run(Bench bench, double wordDrop, Body body, Fold fold, int draws)
      throws IOException {
    var inputs = Inputs.symbols(fold.words().size(), bench.options().of(128, 4)).dropout(wordDrop);
    var model = SequenceToVector.of(inputs, body, Pooling.MAX, Outputs.classes(2), bench.seed());
    var split = fold.split();
    bench.train(model, Batches.of(split.train(), BATCH, bench.seed()),
        Batches.byLength(split.validation(), BATCH),
        Recipe.of(bench.options().of(16, 2)).withRate(0.003));
    var test = Batches.byLength(split.test(), BATCH);
    double right = bench.score(model, test).accuracy();
    var outcome = Outcome.percent(right, 1, model.parameters().size());
    if (draws == 0) {
      return outcome;
    }
    return new Outcome(right,
        "%s, MC %.1f %%".formatted(outcome.shown(), 100 * drawn(bench, model, test, draws)),
        outcome.parameters());
  }

  /// The share of right answers by the mean of n predictions with dropout.
  private static double drawn(Bench bench, Model model, Batches test, int n) {
    var run = model.run(bench.engine(),
        new ModelBounds(test.longestInput(), 1, test.batchSize(), true));
    int right = 0;
    for (int i = 0; i < test.count(); i++) {
      var batch = test.batch(0, i);
      right += right(batch, MonteCarlo.predict(run, batch, n, (long) i * n).mean());
    }
    return (double) right / test.examples();
  }

  private static int right(Batch batch, Rows probabilities) {
    int right = 0;
    for (int b = 0; b < batch.samples(); b++) {
      int at = probabilities.offset() + 2 * b;
      int said = probabilities.array()[at + 1] > probabilities.array()[at] ? 1 : 0;
      right += said == batch.target().symbols()[b] ? 1 : 0;
    }
    return right;
  }
}
