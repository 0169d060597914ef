package dev.unroll.app.studio;

import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.studio.runs.RunList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll studio`: a page to watch trainings, compare runs and play with models.
@Command(
    name = "studio",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Opens a page in the browser to watch trainings as they go, stop and resume them, compare "
          + "runs, play with models, look inside them, and learn why gradients vanish. It is for "
          + "this machine alone. Ctrl-C ends it and the trainings that were resumed from the page, "
          + "with a checkpoint; other trainings go on."
    },
    footer = {
      "",
      "Examples:",
      "  unroll studio",
      "  unroll studio experiments --port 9000",
      "  unroll studio runs/shakespeare-1 --no-browser"
    })
public final class StudioCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "A folder of runs, or one run. Default: runs.")
  private Path folder = Path.of(RunFolder.RUNS);

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "The port; 0 for any that is free. Default: ${DEFAULT-VALUE}, or if that is "
          + "taken any.")
  private int port = 6060;

  @Option(names = "--no-browser", description = "Print the address alone.")
  private boolean quiet;

  /// The command on a terminal.
  public StudioCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.inRange("--port", port, 0, 65_535);
    var runs = terminal.path(folder);
    if (Files.exists(runs) && !Files.isDirectory(runs)) {
      throw new IOException("%s is a file; give a folder of runs".formatted(folder));
    }
    if (!Files.exists(runs) && !folder.equals(Path.of(RunFolder.RUNS))) {
      throw new IOException(
          "there is no folder %s; give one of runs, or train first (unroll train shakespeare)"
              .formatted(folder));
    }
    var ended = new CountDownLatch(1);
    try (var server = StudioServer.start(new RunList(runs), terminal, port);
        var interruption = Interruption.listen(ended::countDown)) {
      terminal.println("The studio: %s  (Ctrl-C ends it)".formatted(server.address()));
      if (!quiet && !Browser.open(server.address())) {
        terminal.println("There is no browser to open; go to that address.");
      }
      ended.await();
      return interruption.exitCode() == 130 ? 0 : interruption.exitCode();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
