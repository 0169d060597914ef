package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batches;
import dev.unroll.data.Split;
import dev.unroll.datasets.PianoRolls;
import dev.unroll.expr.Function;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import java.io.IOException;
import java.util.List;

/// The JSB Chorales: which of the 88 keys sound at the next step. The rows of the LSTM differ only
/// in their dropout, those of the GRUs were tuned a little on the validation pieces; test figures
/// are those of the epoch with the best validation loss.
final class Chorales implements Experiment {
  private static final double DROP = 0.5;
  private static final double MASK_DROP = 0.2;
  private static final Pace QUICK = new Pace(60, 0.01, 8, 8);

  /// The GRUs need a lower learning rate than the others.
  private static final Pace SLOW = new Pace(120, 0.003, 4, 10);

  @Override
  public String name() {
    return "jsb";
  }

  @Override
  public String title() {
    return "JSB Chorales";
  }

  @Override
  public String source() {
    return "Boulanger-Lewandowski, Bengio and Vincent 2012; Bai, Kolter and Koltun 2018";
  }

  @Override
  public String measure() {
    return "negative log-likelihood of a step in nats, summed over 88 keys, on the test pieces;"
        + " lower is better";
  }

  @Override
  public String takes() {
    return "10 minutes; the data are shipped";
  }

  @Override
  public List<Row> rows(Options options) {
    var split = Few.of(PianoRolls.jsbChorales().nextStep(), options);
    int hidden = options.of(200, 8);
    var lstm = RecurrentStack.of(Lstm.cell(), hidden);
    var gru = RecurrentStack.of(Gru.cell(), hidden);
    var before = RecurrentStack.of(Cells.gruResetBefore(), options.of(300, 8));
    var simple = RecurrentStack.of(SimpleRnn.of(Function.TANH), hidden);
    return List.of(
        row("LSTM, no dropout", "8.45 (Bai 2018)", lstm, QUICK, split),
        row("LSTM, dropout after the layer", "8.33 (tuned)", lstm.dropout(DROP), QUICK, split),
        row("LSTM, variational, tied", "8.33 (tuned)", variational(lstm, Masks.TIED), QUICK, split),
        row("LSTM, variational, untied", "8.33 (tuned)", variational(lstm, Masks.UNTIED), QUICK,
            split),
        row("GRU, dropout after the layer", "8.43 (Bai 2018)", gru.dropout(0.3), SLOW, split),
        row("GRU, reset before the product, 300 units, variational, untied", "8.20 (tuned)",
            before.dropout(0.4).variational(0.3, Masks.UNTIED), SLOW, split),
        row("simple RNN, dropout after the layer", "8.91 (Bai 2018)", simple.dropout(DROP), QUICK,
            split));
  }

  /// How a row is trained.
  private record Pace(int epochs, double rate, int batch, int patience) {}

  private static RecurrentStack variational(RecurrentStack body, Masks masks) {
    return body.dropout(DROP).variational(MASK_DROP, masks);
  }

  private static Row row(String label, String published, RecurrentStack body, Pace pace,
      Split split) {
    return new Row(label, published, bench -> run(bench, body, pace, split));
  }

  private static Outcome run(Bench bench, RecurrentStack body, Pace pace, Split split)
      throws IOException {
    var model = SequenceToSequence.of(Inputs.features(PianoRolls.KEYS), body,
        Outputs.bits(PianoRolls.KEYS), bench.seed());
    var recipe = Recipe.of(bench.options().of(pace.epochs(), 2)).learningRate(pace.rate())
        .clipping(Clipping.norm(1)).patience(pace.patience());
    bench.train(model, Batches.of(split.train(), pace.batch(), bench.seed()),
        Batches.byLength(split.validation(), 19), recipe);
    double loss = bench.score(model, Batches.byLength(split.test(), 19)).mean();
    return Outcome.of(loss, 3, model.parameters().size());
  }
}
