package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.NewRun;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.TrainingProgress;
import dev.unroll.app.task.PairFiles;
import dev.unroll.app.task.TaskOptions;
import dev.unroll.app.task.TransducePage;
import dev.unroll.app.task.Understood;
import dev.unroll.table.Pairs;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.transduce.Segmentation.Unit;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.TransducerOptions;
import dev.unroll.task.transduce.TransducerTraining;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll train transduce`: trains a transducer on pairs of texts.
@Command(
    name = "transduce",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a network that writes a text for a text: letters → phones, dates → ISO, sentences → "
          + "sentences; and shows how good it is. What is not said is chosen by the data, and "
          + "printed before.",
      "",
      "DATA is one file of pairs: TSV (.tsv, .txt: cells as they are between tabs, with a head or "
          + "without), CSV or JSON Lines (.jsonl); or two files that have as many lines, the "
          + "sources and the targets. A source that occurs several times has several right targets."
    },
    footer = {
      "",
      "Examples:",
      "  unroll train transduce words.tsv",
      "  unroll train transduce dates.csv --source written --target iso",
      "  unroll train transduce train.fr train.en --validation dev.fr,dev.en --test "
          + "test.fr,test.en",
      "  unroll predict runs/transduce-1 new.txt"
    })
public final class TrainTransduceCommand implements Callable<Integer> {
  private static final String NAME = "transduce";
  private static final Map<About, String> OPTIONS = Map.of(
      About.DATA, "--source, --target", About.INPUT, "--tokens, --merges",
      About.SPLIT, "--validation, --seed", About.MODEL, "--effort",
      About.TRAINING, "--epochs, --effort");

  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "DATA",
      description = "A file of pairs, or two of lines: the sources and the targets.")
  private List<String> data = List.of();

  @Option(
      names = "--source",
      paramLabel = "COLUMN",
      description = "The column of the sources, its name or number. Default: by its name, or the "
          + "first.")
  private @Nullable String source;

  @Option(
      names = "--target",
      paramLabel = "COLUMN",
      description = "The column of the targets, its name or number. Default: by its name, or the "
          + "next.")
  private @Nullable String target;

  @Option(
      names = "--tokens",
      paramLabel = "UNIT",
      description = "characters; words: whatever stands between blanks, such as phones; or "
          + "subwords:"
          + " pieces of words. Default: by the texts of each side.")
  private @Nullable Unit tokens;

  @Option(
      names = "--source-tokens",
      paramLabel = "UNIT",
      description = "Of the sources alone.")
  private @Nullable Unit sourceTokens;

  @Option(
      names = "--target-tokens",
      paramLabel = "UNIT",
      description = "Of the targets alone.")
  private @Nullable Unit targetTokens;

  @Option(
      names = "--merges",
      paramLabel = "N",
      description = "Of subwords: how many pairs of neighbours become one symbol. Default: one for "
          + "300 words, 500 to 8,000.")
  private int merges;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Data to test on afterwards; of lines two files with a comma between them.")
  private @Nullable String test;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "Prefixes that are followed in the test. Default: ${DEFAULT-VALUE}.")
  private int beam = Transducer.BEAM;

  @ArgGroup(validate = false, heading = "%nThe training:%n")
  private TaskOptions options = new TaskOptions();

  @Mixin
  private DumpOption dump = new DumpOption();

  TrainTransduceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    options.check();
    OptionValues.inRange("--merges", merges, 0, 100_000);
    OptionValues.inRange("--beam", beam, 1, 1_000);
    if (data.size() > 2) {
      throw new IllegalArgumentException(
          "%d files are given, expected one of pairs, or two of lines: the sources and the targets"
              .formatted(data.size()));
    }
    if (options.out != null) {
      RunFolder.requireFree(terminal.path(options.out)); // before minutes are spent on reading
    }
    double share = options.share();
    var pairs = data.size() == 1 ? pairs(data.getFirst())
        : PairFiles.lines(terminal, data.getFirst(), data.getLast(), source, target);
    var validation = Double.isNaN(share) ? pairs(options.validation) : null;
    var tested = test == null ? null : pairs(test); // an error there is to be reported now
    try (var engine = Engine.of(options.threads)) {
      var given = TransducerOptions.DEFAULT.seed(options.seed)
          .validation(Double.isNaN(share) ? 0 : share).effort(options.effort)
          .units(sourceTokens == null ? tokens : sourceTokens,
              targetTokens == null ? tokens : targetTokens)
          .merges(merges).epochs(options.passes()).engine(engine);
      var training = TransducerTraining.of(pairs, validation, given);
      understood(pairs, training);
      return train(training, tested, engine);
    }
  }

  private Pairs pairs(String file) {
    return PairFiles.read(terminal, file, source, target);
  }

  private void understood(Pairs pairs, TransducerTraining training) {
    if (options.quiet) {
      return;
    }
    for (var one : training.understood()) {
      terminal.println(Understood.line(one, OPTIONS));
      if (one.about() == About.DATA && !pairs.reasons().isEmpty()) {
        terminal.println("          " + String.join(", ", pairs.reasons()));
      }
    }
    terminal.println("");
  }

  private int train(TransducerTraining training, @Nullable Pairs tested,
      Engine engine) throws IOException {
    try (var place = NewRun.claim(options.out, terminal, NAME);
        var shown = new TrainingProgress(terminal, options.quiet, "symbols", engine::isWarm,
            training.validates());
        var interruption = Interruption.listen(training::stop)) {
      var transducer = training.train(shown);
      shown.clear();
      transducer.save(place.folder().resolve(TrainingSession.MODEL));
      var report = transducer.report();
      terminal.println("\n" + report);
      if (tested != null) {
        int known = training.known(tested);
        report = transducer.on(engine).evaluate(tested, beam);
        terminal.println(report.toString());
        if (known > 0) {
          terminal.println("note: %s in the training part as well; its figures are too good\n"
              .formatted(known == 1 ? "1 source of the test is"
                  : known + " sources of the test are"));
        }
      }
      TransducePage.of(String.valueOf(place.folder().getFileName()), transducer, report,
          training.sources(), training.understood().stream().map(Understanding::text).toList(),
          engine).write(place.folder().resolve(RunFolder.REPORT));
      terminal.println("done: %s, with a page, %s; next:\n  %s predict %s new.txt".formatted(
          place.folder(), RunFolder.REPORT, System.getProperty("unroll.command", "./unroll"),
          place.folder()));
      return interruption.exitCode();
    }
  }
}
