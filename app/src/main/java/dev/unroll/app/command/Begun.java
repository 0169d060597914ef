package dev.unroll.app.command;

import dev.unroll.app.console.CellChoice;
import dev.unroll.app.console.OfTheModel;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.Sides;
import dev.unroll.app.run.RunFolder;
import dev.unroll.format.FormatException;
import dev.unroll.model.Architecture;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The trained model that a training begins with, `--from`: it says what the model is made of, and
/// what it reads and answers.
///
/// @param from as it was given
/// @param file the model
record Begun(Path from, ModelFile file) {
  private static final String PRESET = "--preset";
  private static final String CELL = "--cell";
  private static final String LEAVE = "leave it out, or begin without --from";

  /// Reads a model.
  ///
  /// @throws IOException one sentence, if there is none, or it is that of a task
  static Begun of(Terminal terminal, Path from) throws IOException {
    var file = FiniteModel.read(RunFolder.model(terminal.folder(), from));
    var task = TaskFile.of(file);
    if (task.isPresent()) {
      throw new IllegalArgumentException(
          "%s is a model of unroll train %s; go on with unroll train %2$s DATA --from %s".formatted(
              file.source(), task.get().task(), from));
    }
    return new Begun(from, file);
  }

  /// Checks that it is a structure that learns from examples.
  Begun ofExamples() {
    if (file.model() instanceof SequenceToSequence it
        && it.architecture().carried()) {
      throw new IllegalArgumentException(
          "%s is a language model; go on with unroll train text --data FILE --from %s".formatted(
              file.source(), from));
    }
    return this;
  }

  /// Checks that the other options of the command do not contradict it.
  ///
  /// @param folder the folder of a relative path of a cell
  /// @throws IllegalArgumentException one sentence that names both
  void check(CommandSpec spec, Path folder) throws IOException {
    var settings = new ModelSettings(file);
    for (var option : spec.commandLine().getParseResult().matchedOptions()) {
      var name = option.longestName();
      if (OfTheModel.Mark.isOn(option) || isOfData(name)) {
        check(option, settings.of(name), settings, folder);
      }
    }
  }

  private void check(OptionSpec option, String has, ModelSettings settings, Path folder)
      throws IOException {
    var name = option.longestName();
    var given = given(option);
    if (name.equals(PRESET)) {
      throw refused("%s %s says what a model is made of".formatted(name, given), "is " + has,
          "leave it out, and give settings of learning, such as --lr, by themselves");
    }
    if (name.equals(CELL)) {
      var cell = CellChoice.of(folder, given);
      if (!settings.has(cell)) {
        throw refused("%s is %s".formatted(name, given),
            cell.name().equals(has) ? "has a cell %s with other equations".formatted(has)
                : "has " + has,
            LEAVE);
      }
      return;
    }
    boolean flag = option.typeInfo().isBoolean();
    if (option.typeInfo().isMap() ? !List.of(has.split(", ")).containsAll(pairs(option))
        : !given.equals(has)) {
      boolean on = given.equals("true");
      throw refused(flag ? on ? name + " is given" : name + "=false is given"
          : "%s is %s".formatted(name, given),
          flag ? "was made " + (on ? "without it" : "with it") : "has " + has, LEAVE);
    }
  }

  private IllegalArgumentException refused(String given, String has, String cure) {
    return new IllegalArgumentException("%s, but the model of --from %s %s; %s".formatted(given,
        from, has, cure));
  }

  /// A file that does not say how its data were read leaves that to the options.
  private boolean isOfData(String option) throws FormatException {
    return (option.equals("--input") || option.equals("--target")) && Sides.given(file) != null;
  }

  private static String given(OptionSpec option) {
    if (option.typeInfo().isMap()) {
      return String.join(", ", pairs(option));
    }
    var value = ModelSettings.word(option.getValue());
    return option.longestName().equals("--loss") ? Loss.parse(value).toString() : value;
  }

  private static List<String> pairs(OptionSpec option) {
    Map<?, ?> given = option.getValue();
    return given.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList();
  }

  /// A copy that is trained: its masks are drawn by the seed.
  Structure model(long seed) {
    return architecture(seed).of(ParameterSource.startOf(file.model()));
  }

  /// What the copy is made of.
  Architecture architecture(long seed) {
    return file.model().architecture().seed(seed);
  }
}
