package dev.unroll.app.task;

import dev.unroll.app.console.OptionValues;
import dev.unroll.task.Effort;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The common options of training a task.
public final class TaskOptions {
  @Option(
      names = "--validation",
      paramLabel = "SHARE|FILE",
      description = "What chooses the epoch: a share of the data, or a file of its own. 0 trains on"
          + " everything. Default: ${DEFAULT-VALUE}.")
  public String validation = "0.1";

  @Option(
      names = "--effort",
      paramLabel = "HOW",
      description = "quick, normal or thorough: time against quality. Default: normal.")
  public Effort effort = Effort.NORMAL;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the data. Default: as many as suit them.")
  public int epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the split, the initial values and the order. Default: ${DEFAULT-VALUE}.")
  public long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "A new folder for the result. Default: runs/TASK-N with the next free N.")
  public @Nullable Path out;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  public int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--quiet", description = "Print nothing but the figures.")
  public boolean quiet;

  /// Checks the options.
  ///
  /// @throws IllegalArgumentException that names the option that is out of range
  public void check() {
    OptionValues.inRange("--threads", threads, 1, 1_024);
    OptionValues.inRange("--epochs", epochs, 0, 1_000_000);
  }

  /// The share held out for validation; NaN if there is a validation file.
  ///
  /// @throws IllegalArgumentException if it is a number that is not a share
  public double share() {
    double share;
    try {
      share = Double.parseDouble(validation);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "--validation is %s, expected a share from 0 up to but not 1, or a file"
              .formatted(validation));
    }
    return share;
  }
}
