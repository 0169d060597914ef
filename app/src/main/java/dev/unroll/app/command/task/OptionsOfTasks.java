package dev.unroll.app.command.task;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/// Which options of `predict` and `evaluate` go with which models: what would be ignored is
/// refused. Options that are not in the table go with all.
public enum OptionsOfTasks {
  CLASSIFIER("a classifier", "--text --all", "--text --label --split"), TAGGER("a tagger",
      "--input --format", "--column --split"), TRANSDUCER("a transducer", "--text --all --beam",
          "--text --label --beam --split"), FORECASTER("a forecaster", "", "--split"), DETECTOR(
              "a detector", "", "--label --windows"), LANGUAGE_MODEL("a language model", "",
                  "--split --streams"), EXAMPLES("a model of unroll fit",
                      "--input --beam --length-penalty --longest --monte-carlo",
                      "--beam --split");

  private final String name;
  private final List<String> predict;
  private final List<String> evaluate;

  /// @param evaluate where the command itself says why an option is refused, it is here as well
  OptionsOfTasks(String name, String predict, String evaluate) {
    this.name = name;
    this.predict = List.of(predict.split(" "));
    this.evaluate = List.of(evaluate.split(" "));
  }

  private List<String> of(CommandSpec command) {
    return command.name().equals("predict") ? predict : evaluate;
  }

  /// Refuses an option that was given and is of other models.
  ///
  /// @throws IllegalArgumentException that names it
  public void check(CommandSpec command) {
    var mine = of(command);
    for (var option : command.commandLine().getParseResult().matchedOptions()) {
      var given = option.longestName();
      var others = Arrays.stream(values()).filter(task -> task.of(command).contains(given))
          .map(task -> task.name).collect(Collectors.joining(" or "));
      if (!others.isEmpty() && !mine.contains(given)) {
        throw new IllegalArgumentException("%s is for %s, but the model is %s; leave it out"
            .formatted(given, others, name));
      }
    }
  }
}
