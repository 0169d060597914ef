package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.reproduce.Options;
import dev.unroll.app.reproduce.Reproduction;
import dev.unroll.app.reproduce.StoppedException;
import dev.unroll.app.reproduce.published.Experiments;
import dev.unroll.app.run.RunFolder;
import dev.unroll.format.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll reproduce`: reproduces a published result.
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Runs a published result again, or lists those there are. The folder of a run has a table "
          + "and a page with the curves; the same command resumes a run that was stopped."
    },
    footer = {
      "",
      "Examples:",
      "  unroll reproduce",
      "  unroll reproduce adding",
      "  unroll reproduce adding --only lstm-t-200 --seed 2",
      "  unroll reproduce adding --quick"
    })
public final class ReproduceCommand implements Callable<Integer> {
  static final String TABLE = "table.md";
  static final String CURVES = "curves.html";

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A result by name; all of them are listed without it.")
  private @Nullable String name;

  @Option(
      names = "--only",
      paramLabel = "ROW",
      description = "Only the row of this name, or the rows with these words in it.")
  private @Nullable String only;

  @Option(
      names = "--quick",
      description = "Every row in a tiny setting: shows that it runs, and no more.")
  private boolean quick;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder of data sets that do not come with Unroll.")
  private @Nullable Path data;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed for initialization, order and generated data. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where results are kept. Default: runs/reproduce-NAME, with the seed if it is"
          + " not 1.")
  private @Nullable Path out;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  public ReproduceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.inRange("--threads", threads, 1, 1_024);
    if (name == null) {
      list();
      return 0;
    }
    var experiment = Experiments.find(name);
    var options = new Options(quick, seed, folderOfData());
    var folder = terminal.path(out == null ? usual(experiment.name()) : out);
    try (var engine = Engine.of(threads)) {
      var reproduction =
          new Reproduction(experiment, options, only, engine, folder, terminal::println);
      requireFolder(folder);
      RunFolder.create(folder);
      try (var _ = RunFolder.lock(folder)) {
        SafeFile.deleteLeftovers(folder.resolve(TABLE));
        SafeFile.deleteLeftovers(folder.resolve(CURVES));
        terminal.println("%s, in %s".formatted(experiment.title(), folder));
        return run(reproduction, folder);
      }
    }
  }

  private int run(Reproduction reproduction, Path folder) throws IOException {
    try (var interruption = Interruption.listen(reproduction::stop)) {
      try {
        reproduction.run(() -> write(reproduction, folder));
      } catch (StoppedException _) {
        write(reproduction, folder);
        terminal.println("stopped and saved; the same command resumes");
        return interruption.exitCode();
      }
      terminal.println("\n" + reproduction.table());
      terminal.println("The curves: " + folder.resolve(CURVES));
      return 0;
    }
  }

  private static void write(Reproduction reproduction, Path folder) throws IOException {
    SafeFile.write(folder.resolve(TABLE),
        reproduction.table().getBytes(StandardCharsets.UTF_8));
    reproduction.page().write(folder.resolve(CURVES));
  }

  private Path usual(String name) {
    return Path.of(RunFolder.RUNS, "reproduce-" + name + (seed == 1 ? "" : "-seed-" + seed)
        + (quick ? "-quick" : ""));
  }

  private @Nullable Path folderOfData() throws IOException {
    if (data == null) {
      return null;
    }
    var folder = terminal.path(data);
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder %s; check --data".formatted(data));
    }
    return folder;
  }

  private static void requireFolder(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException("%s is a file; give --out the path of a folder".formatted(folder));
    }
  }

  private void list() {
    for (var experiment : Experiments.all()) {
      terminal.out().printf("%-16s %s%n%16s %s%n%16s takes %s%n", experiment.name(),
          experiment.title(), "", experiment.source(), "", experiment.takes());
    }
    terminal.println("\nunroll reproduce NAME runs one; --quick shows in seconds that it runs.");
  }
}
