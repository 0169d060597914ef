package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.datasets.SentencePolarity;
import dev.unroll.datasets.SentencePolarity.Fold;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.MonteCarlo;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.Rows;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.List;

/// Classifies sentences from film reviews: did the writer like the film? The rows differ only in
/// their dropout; word vectors are learned from these sentences only. Ten models are trained for a
/// row: each of the ten folds is tested once, by the model whose epoch was chosen on the next fold.
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
    return "right answers, the mean over ten folds; MC: by the mean of probabilities that are drawn"
        + " with dropout left on";
  }

  @Override
  public String takes() {
    return "half an hour; the data are shipped";
  }

  @Override
  public List<Row> rows(Options options) {
    var sentences = SentencePolarity.load();
    var body = RecurrentStack.of(Lstm.cell(), options.of(96, 4));
    var layers = body.inputDropout(0.5).dropout(0.5);
    int draws = options.of(DRAWS, 2);
    return List.of(
        row("no dropout", "overfits (Gal 2016)", new Setting(0, body, 0), sentences),
        row("dropout between layers", "overfits (Gal 2016)", new Setting(0, layers, draws),
            sentences),
        row("variational, tied", "76.1 % (Kim 2014, CNN)",
            new Setting(0.2, variational(body, Masks.TIED), draws), sentences),
        row("variational, untied", "76.1 % (Kim 2014, CNN)",
            new Setting(0.2, variational(body, Masks.UNTIED), draws), sentences));
  }

  private static RecurrentStack variational(RecurrentStack body, Masks masks) {
    return body.variational(0.5, masks).dropout(0.5);
  }

  /// The setting that differs between the rows.
  ///
  /// @param wordDrop the probability with which all occurrences of a word are dropped
  /// @param draws the number of samples for Monte Carlo prediction; 0 for none
  private record Setting(double wordDrop, RecurrentStack body, int draws) {}

  private static Row row(
      String label, String published, Setting setting, SentencePolarity sentences) {
    return new Row(label, published, bench -> run(bench, setting, sentences));
  }

  private static Outcome run(Bench bench, Setting setting, SentencePolarity sentences)
      throws IOException {
    int folds = bench.options().of(SentencePolarity.FOLDS, 2);
    double right = 0;
    double drawn = 0;
    int parameters = 0;
    for (int k = 0; k < folds; k++) {
      var model = trained(bench, setting, sentences, k);
      var test = Batches.byLength(fold(bench, sentences, k).split().test(), BATCH);
      right += bench.score(model, test).accuracy() / folds;
      if (setting.draws() > 0) {
        drawn += drawn(bench, model, test, setting.draws()) / folds;
      }
      parameters = model.parameters().size();
    }
    var outcome = Outcome.percent(right, 1, parameters);
    return setting.draws() == 0 ? outcome
        : new Outcome(right, "%s, MC %.1f %%".formatted(outcome.shown(), 100 * drawn), parameters);
  }

  private static Fold fold(Bench bench, SentencePolarity sentences, int k) {
    var fold = sentences.fold(k, 1, 2);
    return new Fold(fold.words(), Few.of(fold.split(), bench.options()));
  }

  private static Model trained(Bench bench, Setting setting, SentencePolarity sentences, int k)
      throws IOException {
    var options = bench.options();
    var fold = fold(bench, sentences, k);
    var inputs =
        Inputs.symbols(fold.words().size(), options.of(128, 4)).dropout(setting.wordDrop());
    var model = SequenceToVector.of(inputs, setting.body(), Pooling.MAX, Outputs.classes(2),
        bench.seed());
    bench.train("fold-" + k, model, Batches.of(fold.split().train(), BATCH, bench.seed()),
        Batches.byLength(fold.split().validation(), BATCH),
        Recipe.of(options.of(16, 2)).learningRate(0.003), _ -> false);
    return model;
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
