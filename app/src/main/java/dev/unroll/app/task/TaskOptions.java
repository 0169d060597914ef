package dev.unroll.app.task;

import dev.unroll.app.console.OptionValues;
import dev.unroll.task.Effort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of training a task on examples, of which some validate.
public final class TaskOptions extends TaskRunOptions {
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
  public @Nullable Integer epochs;

  @Override
  public void check() {
    super.check();
    if (tune != null && share() == 0) {
      throw new IllegalArgumentException(
          "--tune chooses by the validation data, but --validation is 0; give a share or a file");
    }
    if (epochs != null) {
      OptionValues.inRange("--epochs", epochs, 1, 1_000_000);
    }
  }

  /// The number of passes over the data; 0 for as many as suit them.
  public int passes() {
    return epochs == null ? 0 : epochs;
  }

  /// The files of a command, as they were given.
  ///
  /// @param test null for none
  public List<String> files(Path data, @Nullable Path test) {
    var files = new ArrayList<>(List.of(data.toString()));
    if (Double.isNaN(share())) {
      files.add(validation);
    }
    if (test != null) {
      files.add(test.toString());
    }
    return files;
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
