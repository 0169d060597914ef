package dev.unroll.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What happens around the training, without an effect on the model.
final class RunOptions {
  static final int SAMPLE = 200;

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
  Path resume;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Characters of text to write after each epoch; 0 for none. Default: ${DEFAULT-VALUE}.")
  int sample = SAMPLE;

  @Option(
      names = "--checkpoint-seconds",
      paramLabel = "S",
      description = "Seconds between checkpoints within an epoch; there is one at its end too."
          + " Default: ${DEFAULT-VALUE}.")
  int checkpointSeconds = 60;

  @Option(names = "--quiet", description = "Print nothing but how the run ended.")
  boolean quiet;
}
