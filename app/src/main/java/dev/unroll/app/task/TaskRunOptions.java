package dev.unroll.app.task;

import dev.unroll.app.console.OptionValues;
import dev.unroll.task.tune.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options around the training of every task. In the help they stand last.
public class TaskRunOptions {
  private static final int LAST = 1;

  @Option(
      names = "--seed",
      order = LAST,
      paramLabel = "N",
      description = "Of the split, the initial values, masks and the order. Default: "
          + "${DEFAULT-VALUE}.")
  public long seed = 1;

  @Option(
      names = "--out",
      order = LAST,
      paramLabel = "FOLDER",
      description = "A new folder for the result. Default: runs/${COMMAND-NAME}-N with the next "
          + "free N.")
  public @Nullable Path out;

  @Option(
      names = "--threads",
      order = LAST,
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  public int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--set",
      order = LAST,
      paramLabel = "SETTINGS",
      description = "What replaces defaults of the model and its training, such as "
          + "hidden=96,rate=0.004; the names are those that --tune searches.")
  public String set = "";

  @Option(
      names = "--from",
      order = LAST,
      paramLabel = "MODEL",
      description = "Begin with a trained model of this task instead of initial values: its file or"
          + " the folder of its run. It says layers, symbols, labels, columns and scaling; the"
          + " labels of the data are among its own.")
  public @Nullable Path from;

  @Option(
      names = "--tune",
      order = LAST,
      paramLabel = "N",
      description = "Search for better settings: N trials, of which the best go on, chosen by "
          + "the validation data; the best of all is the result.")
  public @Nullable Integer tune;

  @Option(
      names = "--tensorboard",
      order = LAST,
      description = "Also write event files that TensorBoard opens, into the folder tensorboard of "
          + "the run.")
  public boolean tensorboard;

  @Option(names = "--quiet", order = LAST, description = "Print nothing but the result.")
  public boolean quiet;

  /// The settings that replace defaults.
  ///
  /// @throws IllegalArgumentException if they cannot be read
  public Settings settings() {
    return Settings.parse(set);
  }

  /// Checks the options.
  ///
  /// @throws IllegalArgumentException that names the option that is out of range
  public void check() {
    OptionValues.inRange("--threads", threads, 1, 1_024);
    settings();
    if (tune != null) {
      OptionValues.inRange("--tune", tune, 2, 10_000);
    }
  }
}
