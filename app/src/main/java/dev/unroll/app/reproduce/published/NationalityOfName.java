package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Batches;
import dev.unroll.data.Split;
import dev.unroll.datasets.Names;
import dev.unroll.expr.Function;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.List;

/// Classifies surnames by 18 nationalities, letter by letter. A tenth of the distinct names is for
/// validation and a tenth for test; some names are of several nationalities, so not all can be
/// right.
final class NationalityOfName implements Experiment {
  private static final long SPLIT_SEED = 1;

  @Override
  public String name() {
    return "nationality";
  }

  @Override
  public String title() {
    return "Nationality from name";
  }

  @Override
  public String source() {
    return "The data of PyTorch's tutorials on names (Robertson 2017), which publish no figure";
  }

  @Override
  public String measure() {
    return "right answers on the names to test on";
  }

  @Override
  public String takes() {
    return "5 minutes; the data are shipped";
  }

  @Override
  public List<Row> rows(Options options) {
    var names = Names.all().distinct();
    var split = Few.of(Split.random(names.nationalityOfName(), 0.1, 0.1, SPLIT_SEED), options);
    var inputs = Inputs.symbols(names.letters().size(), options.of(32, 4));
    int hidden = options.of(96, 4);
    var outputs = Outputs.classes(names.nationalities().size());
    return List.of(
        row("simple RNN", inputs, RecurrentStack.of(SimpleRnn.of(Function.TANH), hidden), outputs,
            split),
        row("GRU", inputs, RecurrentStack.of(Gru.cell(), hidden), outputs, split),
        row("LSTM", inputs, RecurrentStack.of(Lstm.cell(), hidden), outputs, split),
        row("LSTM in two directions", inputs,
            RecurrentStack.of(Lstm.cell(), hidden).bidirectional(Merge.CONCATENATE), outputs,
            split));
  }

  private static Row row(String label, Inputs inputs, RecurrentStack body, Outputs outputs,
      Split split) {
    return new Row(label, "none", bench -> run(bench, inputs, body, outputs, split));
  }

  private static Outcome run(Bench bench, Inputs inputs, RecurrentStack body, Outputs outputs,
      Split split)
      throws IOException {
    var model =
        SequenceToVector.of(inputs, body.dropout(0.3), Pooling.LAST, outputs, bench.seed());
    bench.train(model, Batches.of(split.train(), 32, bench.seed()),
        Batches.byLength(split.validation(), 64), Recipe.of(bench.options().of(8, 2)));
    double right = bench.score(model, Batches.byLength(split.test(), 64)).accuracy();
    return Outcome.percent(right, 1, model.parameters().size());
  }
}
