package dev.unroll.app.command.task;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.TagPage;
import dev.unroll.app.task.TaskOptions;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.Understood;
import dev.unroll.table.Conll;
import dev.unroll.table.Sentences;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.TaggerOptions;
import dev.unroll.task.tag.TaggerTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll train tag`: trains a tagger on sentences with tags.
@Command(
    name = "tag",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a tagger of the tokens of sentences, such as parts of speech or names, and shows how "
          + "good it is. What is not said is chosen by the data, and printed before.",
      "",
      "DATA is in the format of CoNLL: a token a line with its columns, of which the first is the "
          + "token and the last its tag, and a blank line after each sentence; or CoNLL-U, of "
          + "which UPOS is learned; or JSON Lines (.jsonl), {\"tokens\": [...], \"tags\": [...]}. "
          + "Plain or gzip. Tags of spans may be BIO, IOB1, BILOU or IOBES."
    },
    footer = {
      "",
      "Examples:",
      "  unroll train tag train.conll --validation dev.conll --test test.conll",
      "  unroll train tag en-train.conllu --validation en-dev.conllu --column xpos",
      "  unroll train tag train.conll --validation dev.conll --tune 27",
      "  echo 'Nakamura flew to Oslo.' | unroll predict runs/tag-1",
      "  unroll evaluate runs/tag-1 --data test.conll"
    })
public final class TrainTagCommand extends TaskTraining {
  private static final String NAME = "tag";
  private static final Map<About, String> OPTIONS = Map.of(About.DATA, "--column", About.SPLIT,
      "--validation, --seed", About.MODEL, "--effort", About.TRAINING, "--epochs, --effort");

  @Parameters(paramLabel = "DATA", description = "The sentences to learn from.")
  @SuppressWarnings("NullAway.Init") // picocli requires it
  private Path data;

  @Option(
      names = "--column",
      paramLabel = "N|NAME",
      description = "The column of the tags: its number from 1, or of CoNLL-U its name. Default: "
          + "the last one, upos of CoNLL-U.")
  private @Nullable String column;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Sentences to test on afterwards.")
  private @Nullable Path test;

  @ArgGroup(validate = false, heading = "%nThe training:%n")
  private TaskOptions options = new TaskOptions();

  @Mixin
  private DumpOption dump = new DumpOption();

  private @Nullable Tagger begun;
  private @Nullable Sentences sentences;
  private @Nullable Sentences validation;
  private @Nullable Sentences tested;

  public TrainTagCommand(Terminal terminal) {
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
  }

  @Override
  List<String> files() {
    return options.files(data, test);
  }

  @Override
  void read() throws IOException {
    begun = begun(Tagger::of);
    sentences = read(data);
    validation = Double.isNaN(options.share()) ? read(Path.of(options.validation)) : null;
    tested = test == null ? null : read(test); // an error there is to be reported now
  }

  @Override
  Prepared prepare(Request request, Engine engine) {
    double share = options.share();
    var training = TaggerTraining.of(requireNonNull(sentences), validation,
        TaggerOptions.DEFAULT.seed(options.seed).validation(Double.isNaN(share) ? 0 : share)
            .effort(options.effort).epochs(options.passes())
            .settings(request.settings()).from(begun).engine(engine));
    if (request.told()) {
      training.understood().forEach(one -> terminal.println(Understood.line(one, OPTIONS)));
      terminal.println("");
    }
    return new Prepared(training::tunable, "tokens", training.validation() != null,
        (listener, fit) -> new Result(training, training.train(listener, fit)));
  }

  private Sentences read(Path file) {
    return begun == null ? read(terminal.path(file), column)
        : read(terminal, file, begun, column);
  }

  private final class Result implements Trained {
    private final TaggerTraining training;
    private final Tagger tagger;

    Result(TaggerTraining training, Tagger tagger) {
      this.training = training;
      this.tagger = tagger;
    }

    @Override
    public void save(Path file) throws IOException {
      tagger.save(file);
    }

    @Override
    public void show(Path folder) throws IOException {
      terminal.println("\n" + tagger.report());
      var report = tagger.report();
      var test = tested;
      if (test != null) {
        report = tagger.evaluate(test);
        terminal.println(report.toString());
        int known = training.known(test);
        if (known > 0) {
          terminal.println(("note: %d %s of the test %s in the training part as well; its figures"
              + " are too good\n").formatted(known, known == 1 ? "sentence" : "sentences",
                  known == 1 ? "is" : "are"));
        }
      }
      TagPage.of(String.valueOf(folder.getFileName()), tagger, report,
          test != null ? test : training.validation()).write(folder.resolve(RunFolder.REPORT));
    }

    @Override
    public String next(Path folder) {
      return "done: %s, with a page, %s; next:\n  echo '%s' | %s predict %s".formatted(folder,
          RunFolder.REPORT, "A sentence to be tagged.", unroll(),
          ShellWord.of(folder));
    }
  }

  private static Sentences read(Path path, @Nullable String column) {
    if (column != null && Sentences.isJson(path)) {
      throw new IllegalArgumentException(
          "--column is for columns, but %s is JSON Lines, whose tags are in \"tags\"; leave it out"
              .formatted(path));
    }
    return column == null ? Sentences.read(path) : Conll.read(path, column);
  }

  /// Reads sentences with a column, or the one that a tagger was trained on.
  public static Sentences read(Terminal terminal, Path file, Tagger tagger,
      @Nullable String column) {
    var path = terminal.path(file);
    boolean json = Sentences.isJson(path) || tagger.column().equals("tags");
    return read(path, column == null && !json ? tagger.column() : column);
  }
}
