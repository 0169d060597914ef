package dev.unroll.app.run;

import dev.unroll.app.console.OptionValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Options around the training, without an effect on the model.
public final class RunOptions {
  private static final Set<String> WITH_RESUME =
      Set.of("--resume", "--threads", "--checkpoint-seconds", "--tensorboard", "--quiet",
          "--debug");

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "A new folder for the run. Default: runs/NAME-N with the next free N.")
  @Nullable
  Path out;

  @Option(
      names = "--resume",
      paramLabel = "FOLDER",
      description = "Go on with a run that was stopped; all settings are the run's own.")
  @Nullable
  public Path resume;

  @Option(
      names = "--find-rate",
      description = "Do not train, but try learning rates on the first batches, from tiny to huge: "
          + "prints how the loss follows, and a rate to begin with.")
  public boolean findRate;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  public int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--checkpoint-seconds",
      paramLabel = "S",
      description = "Seconds between checkpoints within an epoch; there is one at its end too."
          + " Default: ${DEFAULT-VALUE}.")
  int checkpointSeconds = 60;

  @Option(
      names = "--tensorboard",
      description = "Also write event files that TensorBoard opens, into the folder tensorboard of "
          + "the run.")
  boolean tensorboard;

  @Option(names = "--quiet", description = "Print nothing but how the run ended.")
  public boolean quiet;

  /// Checks the options.
  ///
  /// @throws IllegalArgumentException that names the option that is out of range or has no use
  public void check() {
    if (findRate && out != null) {
      throw new IllegalArgumentException(
          "--find-rate writes no files, so --out %s has no use; leave one of the two away"
              .formatted(out));
    }
    OptionValues.inRange("--threads", threads, 1, 1_024);
    OptionValues.inRange("--checkpoint-seconds", checkpointSeconds, 0, Integer.MAX_VALUE);
  }

  /// Checks that with `--resume` no option is given that would change the result.
  ///
  /// @param allowed further options that do not
  public static void requireNoSettings(CommandSpec spec, String... allowed) {
    for (var option : spec.commandLine().getParseResult().matchedOptions()) {
      var name = option.longestName();
      if (!WITH_RESUME.contains(name) && !List.of(allowed).contains(name)) {
        throw new IllegalArgumentException(
            "%s cannot be changed when a run is resumed; leave it out, or start a new run"
                .formatted(name));
      }
    }
  }
}
