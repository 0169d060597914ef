package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.NewRun;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.TrainingProgress;
import dev.unroll.app.task.TagPage;
import dev.unroll.app.task.TaskOptions;
import dev.unroll.app.task.Understood;
import dev.unroll.table.Conll;
import dev.unroll.table.Sentences;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.TaggerOptions;
import dev.unroll.task.tag.TaggerTraining;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
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
      "  echo 'Nakamura flew to Oslo.' | unroll predict runs/tag-1",
      "  unroll evaluate runs/tag-1 --data test.conll"
    })
public final class TrainTagCommand implements Callable<Integer> {
  private static final String NAME = "tag";
  private static final Map<About, String> OPTIONS = Map.of(About.DATA, "--column", About.SPLIT,
      "--validation, --seed", About.MODEL, "--effort", About.TRAINING, "--epochs, --effort");

  private final Terminal terminal;

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

  TrainTagCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    options.check();
    if (options.out != null) {
      RunFolder.requireFree(terminal.path(options.out)); // before minutes are spent on reading
    }
    double share = options.share();
    var sentences = read(data);
    var validation = Double.isNaN(share) ? read(Path.of(options.validation)) : null;
    var tested = test == null ? null : read(test); // an error there is to be reported now
    try (var engine = Engine.of(options.threads)) {
      var training = TaggerTraining.of(sentences, validation,
          TaggerOptions.DEFAULT.seed(options.seed).validation(Double.isNaN(share) ? 0 : share)
              .effort(options.effort).epochs(options.passes()).engine(engine));
      if (!options.quiet) {
        training.understood().forEach(one -> terminal.println(Understood.line(one, OPTIONS)));
        terminal.println("");
      }
      return train(training, tested, engine);
    }
  }

  private Sentences read(Path file) {
    return read(terminal.path(file), column);
  }

  private int train(TaggerTraining training, @Nullable Sentences tested, Engine engine)
      throws IOException {
    try (var place = NewRun.claim(options.out, terminal, NAME);
        var shown = new TrainingProgress(terminal, options.quiet, "tokens", engine::isWarm,
            training.validation() != null);
        var interruption = Interruption.listen(training::stop)) {
      var tagger = training.train(shown);
      shown.clear();
      tagger.save(place.folder().resolve(TrainingSession.MODEL));
      terminal.println("\n" + tagger.report());
      var report = tagger.report();
      if (tested != null) {
        report = tagger.evaluate(tested);
        terminal.println(report.toString());
        int known = training.known(tested);
        if (known > 0) {
          terminal.println(("note: %d %s of the test %s in the training part as well; its figures"
              + " are too good\n").formatted(known, known == 1 ? "sentence" : "sentences",
                  known == 1 ? "is" : "are"));
        }
      }
      var shownOn = tested != null ? tested : training.validation();
      TagPage.of(String.valueOf(place.folder().getFileName()), tagger, report, shownOn)
          .write(place.folder().resolve(RunFolder.REPORT));
      terminal.println("done: %s, with a page, %s; next:\n  echo '%s' | %s predict %s"
          .formatted(place.folder(), RunFolder.REPORT, "A sentence to be tagged.",
              System.getProperty("unroll.command", "./unroll"), place.folder()));
      return interruption.exitCode();
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
  static Sentences read(Terminal terminal, Path file, Tagger tagger, @Nullable String column) {
    var path = terminal.path(file);
    boolean json = Sentences.isJson(path) || tagger.column().equals("tags");
    return read(path, column == null && !json ? tagger.column() : column);
  }
}
