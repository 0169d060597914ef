package dev.unroll.app.reproduce;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.data.Batches;
import dev.unroll.data.Split;
import dev.unroll.datasets.PianoRolls;
import dev.unroll.expr.Function;
import dev.unroll.model.Body;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.train.Clipping;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.List;

/// The JSB Chorales: which of the 88 keys sound at the next step. The rows of the LSTM differ in
/// nothing but their dropout; test figures are those of the epoch that is best on the validation
/// pieces.
final class Chorales implements Experiment {
  private static final double DROP = 0.5;
  private static final double MASK_DROP = 0.2;

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
    var lstm = Body.of(Lstm.cell(), hidden);
    var gru = Body.of(Gru.cell(), hidden);
    var simple = Body.of(SimpleRnn.of(Function.TANH), hidden);
    return List.of(
        row("LSTM, no dropout", "8.45 (Bai 2018)", lstm, split),
        row("LSTM, dropout after the layer", "8.33 (tuned)", lstm.dropout(DROP), split),
        row("GRU, dropout after the layer", "8.43 (Bai 2018), 8.20 (tuned)", gru.dropout(DROP),
            split),
        row("simple RNN, dropout after the layer", "8.91 (Bai 2018)", simple.dropout(DROP), split),
        row("LSTM, variational, tied", "8.33 (tuned)", variational(lstm, Masks.TIED), split),
        row("LSTM, variational, untied", "8.33 (tuned)", variational(lstm, Masks.UNTIED), split));
  }

  private static Body variational(Body body, Masks masks) {
    return body.dropout(DROP).variational(MASK_DROP, masks);
  }

  private static Row row(String label, String published, Body body, Split split) {
    return new Row(label, published, bench -> run(bench, body, split));
  }

  private static Outcome run(Bench bench, Body body, Split split) throws IOException {
    var model = SequenceToSequence.of(Inputs.features(PianoRolls.KEYS), body,
        Outputs.bits(PianoRolls.KEYS), bench.seed());
    var recipe = Recipe.of(bench.options().of(60, 2)).withRate(0.01).with(Clipping.norm(1))
        .withPatience(8);
    bench.train(model, Batches.of(split.train(), 8, bench.seed()),
        Batches.byLength(split.validation(), 19), recipe);
    double loss = bench.score(model, Batches.byLength(split.test(), 19)).mean();
    return Outcome.of(loss, 3, model.parameters().size());
  }
}
