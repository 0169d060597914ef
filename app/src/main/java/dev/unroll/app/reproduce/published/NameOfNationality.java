package dev.unroll.app.reproduce.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.app.reproduce.Bench;
import dev.unroll.app.reproduce.Experiment;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Outcome;
import dev.unroll.app.reproduce.Row;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.Names;
import dev.unroll.format.file.SafeFile;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.Sampling;
import dev.unroll.model.Search;
import dev.unroll.model.VectorToSequence;
import dev.unroll.train.Recipe;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/// Generates surnames letter by letter for a nationality, which is read at the first step or at
/// every step; the letter that was written is fed back as input. The output of the rows is saved
/// with them as `names.txt`.
final class NameOfNationality implements Experiment {
  private static final long SPLIT_SEED = 1;
  private static final int WRITTEN = 6;
  private static final int LONGEST = 20;

  /// At a temperature below 1, names are more typical than those of the data.
  private static final Sampling SAMPLING = new Sampling(0.7, 0, 1);

  @Override
  public String name() {
    return "names";
  }

  @Override
  public String title() {
    return "Name from nationality";
  }

  @Override
  public String source() {
    return "The data of PyTorch's tutorials on names (Robertson 2017), which publish no figure;"
        + " context at every step: Cho et al. 2014";
  }

  @Override
  public String measure() {
    return "negative log-likelihood of a letter in nats, on the names to test on; lower is better";
  }

  @Override
  public String takes() {
    return "5 minutes; the data are shipped";
  }

  @Override
  public List<Row> rows(Options options) {
    var names = Names.all().distinct();
    return List.of(
        row("nationality at the first step", Feeding.FIRST_STEP, names, options),
        row("nationality at every step", Feeding.EVERY_STEP, names, options));
  }

  private static Row row(String label, Feeding feeding, Names names, Options options) {
    var split = Few.of(Split.random(names.nameOfNationality(), 0.1, 0.1, SPLIT_SEED), options);
    return new Row(label, "none", bench -> run(bench, feeding, names, split));
  }

  private static Outcome run(Bench bench, Feeding feeding, Names names, Split split)
      throws IOException {
    var options = bench.options();
    int letters = names.letters().size();
    var model = VectorToSequence
        .of(Inputs.symbols(names.nationalities().size(), options.of(32, 4)), feeding,
            RecurrentStack.of(Lstm.cell(), options.of(128, 4)).dropout(0.3),
            Outputs.classes(letters),
            bench.seed())
        .feedback(options.of(32, 4)).initialized();
    bench.train(model, Batches.of(split.train(), 32, bench.seed()),
        Batches.byLength(split.validation(), 64), Recipe.of(options.of(24, 2)));
    var written = written(bench, model, names);
    SafeFile.write(bench.folder().resolve("names.txt"), written.getBytes(UTF_8));
    bench.say(written);
    double loss = bench.score(model, Batches.byLength(split.test(), 64)).mean();
    return Outcome.of(loss, 3, model.parameters().size());
  }

  /// Names of every nationality, a line each.
  private static String written(Bench bench, VectorToSequence model, Names names) {
    var lines = new StringBuilder();
    var decoding = model.decoding(bench.engine(), 1, WRITTEN, 1);
    for (String nationality : names.nationalities().toList()) {
      int number = names.nationalities().number(nationality);
      var asked = new Example(Symbols.of(number), Symbols.of(0));
      var batch = Batch.of(Collections.nCopies(WRITTEN, asked));
      var found = decoding.decode(batch, Search.sampling(SAMPLING), LONGEST, bench.seed());
      lines.append(nationality).append(": ").append(found.stream()
          .map(one -> untilEnd(names.letters().decode(one.symbols())))
          .collect(Collectors.joining(", "))).append('\n');
    }
    return lines.toString();
  }

  private static String untilEnd(String written) {
    int end = written.indexOf(Names.END);
    return end < 0 ? written : written.substring(0, end);
  }
}
