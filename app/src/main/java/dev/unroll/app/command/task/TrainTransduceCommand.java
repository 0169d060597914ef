package dev.unroll.app.command.task;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.PairFiles;
import dev.unroll.app.task.TaskOptions;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.TransducePage;
import dev.unroll.app.task.Understood;
import dev.unroll.table.Pairs;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.transduce.Segmentation;
import dev.unroll.task.transduce.Segmentation.Unit;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.TransducerOptions;
import dev.unroll.task.transduce.TransducerTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "  unroll train transduce words.tsv --tune 27",
      "  unroll train transduce train.fr train.en --validation dev.fr,dev.en --test "
          + "test.fr,test.en",
      "  unroll predict runs/transduce-1 new.txt"
    })
public final class TrainTransduceCommand extends TaskTraining {
  private static final String NAME = "transduce";
  private static final Map<About, String> OPTIONS = Map.of(
      About.DATA, "--source, --target", About.INPUT, "--tokens, --merges",
      About.SPLIT, "--validation, --seed", About.MODEL, "--effort",
      About.TRAINING, "--epochs, --effort");

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

  private @Nullable Transducer begun;
  private @Nullable Pairs pairs;
  private @Nullable Pairs validation;
  private @Nullable Pairs tested;

  public TrainTransduceCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  String task() {
    return NAME;
  }

  @Override
  TaskRunOptions options() {
    return options;
  }

  @Override
  void check() {
    dump.apply();
    super.check();
    options.share();
    OptionValues.inRange("--merges", merges, 0, 100_000);
    OptionValues.inRange("--beam", beam, 1, 1_000);
    if (data.size() > 2) {
      throw new IllegalArgumentException(
          "%d files are given, expected one of pairs, or two of lines: the sources and the targets"
              .formatted(data.size()));
    }
  }

  @Override
  List<String> files() {
    var files = new ArrayList<String>();
    data.forEach(one -> files.addAll(PairFiles.of(terminal, one)));
    if (Double.isNaN(options.share())) {
      files.addAll(PairFiles.of(terminal, options.validation));
    }
    if (test != null) {
      files.addAll(PairFiles.of(terminal, test));
    }
    return files;
  }

  @Override
  void read() throws IOException {
    var from = begun(Transducer::of);
    begun = from;
    if (from != null) {
      requireUnit(sourceTokens, "--source-tokens", from.source());
      requireUnit(targetTokens, "--target-tokens", from.target());
      if (merges > 0) {
        requireSame("--merges", Integer.toString(merges), "its symbols already");
      }
    }
    pairs = data.size() == 1 ? pairs(data.getFirst())
        : PairFiles.lines(terminal, data.getFirst(), data.getLast(), source, target);
    validation = Double.isNaN(options.share()) ? pairs(options.validation) : null;
    tested = test == null ? null : pairs(test); // an error there is to be reported now
  }

  private void requireUnit(@Nullable Unit own, String option, Segmentation has) {
    var given = own == null ? tokens : own;
    requireSame(own == null ? "--tokens" : option, given == null ? null : given.word(),
        has.unit().word());
  }

  @Override
  Prepared prepare(Request request, Engine engine) {
    double share = options.share();
    var given = TransducerOptions.DEFAULT.seed(options.seed)
        .validation(Double.isNaN(share) ? 0 : share).effort(options.effort)
        .units(sourceTokens == null ? tokens : sourceTokens,
            targetTokens == null ? tokens : targetTokens)
        .merges(merges).epochs(options.passes()).settings(request.settings()).from(begun)
        .engine(engine);
    var training = TransducerTraining.of(requireNonNull(pairs), validation, given);
    if (request.told()) {
      understood(requireNonNull(pairs), training);
    }
    return new Prepared(training::tunable, "symbols", training.validates(),
        (listener, fit) -> new Result(training, training.train(listener, fit), engine));
  }

  private Pairs pairs(String file) {
    return begun == null ? PairFiles.read(terminal, file, source, target)
        : PairFiles.read(terminal, file, source, target, begun.columns());
  }

  private void understood(Pairs pairs, TransducerTraining training) {
    for (var one : training.understood()) {
      terminal.println(Understood.line(one, OPTIONS));
      if (one.about() == About.DATA && !pairs.reasons().isEmpty()) {
        terminal.println("          " + String.join(", ", pairs.reasons()));
      }
    }
    terminal.println("");
  }

  private final class Result implements Trained {
    private final TransducerTraining training;
    private final Transducer transducer;
    private final Engine engine;

    Result(TransducerTraining training, Transducer transducer, Engine engine) {
      this.training = training;
      this.transducer = transducer;
      this.engine = engine;
    }

    @Override
    public void save(Path file) throws IOException {
      transducer.save(file);
    }

    @Override
    public void show(Path folder) throws IOException {
      var report = transducer.report();
      terminal.println("\n" + report);
      var test = tested;
      if (test != null) {
        int known = training.known(test);
        report = transducer.on(engine).evaluate(test, beam);
        terminal.println(report.toString());
        if (known > 0) {
          terminal.println("note: %s in the training part as well; its figures are too good\n"
              .formatted(known == 1 ? "1 source of the test is"
                  : known + " sources of the test are"));
        }
      }
      TransducePage.of(String.valueOf(folder.getFileName()), transducer, report,
          training.sources(), training.understood().stream().map(Understanding::text).toList(),
          engine).write(folder.resolve(RunFolder.REPORT));
    }

    @Override
    public String next(Path folder) {
      return "done: %s, with a page, %s; next:\n  %s predict %s new.txt".formatted(folder,
          RunFolder.REPORT, unroll(), ShellWord.of(folder));
    }
  }
}
