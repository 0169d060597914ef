package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Scan;
import dev.unroll.layer.Attention;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.List;

/// [Scan], the simple split: commands are translated to actions, and an output is right if all its
/// actions are. The encoder is a GRU of 100, the decoder another with additive attention, with
/// greedy search. 1,000 of the training commands are held out for validation; the test commands are
/// used only once.
final class ScanCommands implements Experiment {
  private static final int LONGEST = 60; // the longest output has 48 actions

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String title() {
    return "SCAN, simple split";
  }

  @Override
  public String source() {
    return "Lake and Baroni 2018, arXiv 1711.00350";
  }

  @Override
  public String measure() {
    return "exact match on the 4,182 commands to test, higher is better";
  }

  @Override
  public String takes() {
    return "4 minutes; the data ship";
  }

  @Override
  public List<Row> rows(Options options) {
    return List.of(
        new Row("GRU 100 with attention", "99.8 % (Lake 2018)", ScanCommands::run));
  }

  private static Outcome run(Bench bench) throws IOException {
    var options = bench.options();
    var scan = Scan.simple();
    var split = scan.split().holdOut(1_000, 1);
    var train = split.train().subList(0, options.of(split.train().size(), 64));
    var validation = split.validation().subList(0, options.of(split.validation().size(), 50));
    var test = split.test().subList(0, options.of(split.test().size(), 20));
    int hidden = options.of(100, 8);
    var model = EncoderDecoder
        .of(Inputs.symbols(scan.commands().size(), 32), RecurrentStack.of(Gru.cell(), hidden),
            RecurrentStack.of(Gru.cell(), hidden), Outputs.symbols(scan.actions().size()))
        .seed(bench.seed()).attention(Attention.ADDITIVE).initialized();
    var recipe = Recipe.of(options.of(12, 1)).learningRate(0.003).patience(12);
    bench.train(model, Batches.of(train, 32, bench.seed()),
        Batches.byLength(validation, 100), recipe);
    var errors = WrittenSequences.errors(model, bench.engine(), test, 1, LONGEST,
        i -> List.of(actions(test.get(i))));
    return Outcome.percent(errors.accuracy(), 2, model.parameters().size());
  }

  private static int[] actions(Example example) {
    return ((Symbols) example.target()).symbols();
  }
}
