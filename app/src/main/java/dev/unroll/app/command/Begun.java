package dev.unroll.app.command;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.Sides;
import dev.unroll.app.run.RunFolder;
import dev.unroll.format.FormatException;
import dev.unroll.model.Architecture;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import dev.unroll.task.TaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The trained model that a training begins with, `--from`: it says what the model is made of, and
/// what it reads and answers.
///
/// @param from as it was given
/// @param file the model
record Begun(Path from, ModelFile file) {
  /// The options that say what a model is, or how its data are prepared.
  private static final Set<String> OF_THE_MODEL = Set.of("--cell", "--hidden", "--size", "--layers",
      "--embedding", "--dropout", "--variational", "--init", "--residual", "--untied", "--tied",
      "--zoneout", "--weight-drop", "--activation-penalty", "--temporal-penalty",
      "--preserve-gradients", "--layer-norm", "--tokens", "--merges", "--structure",
      "--bidirectional", "--merge", "--learned-start", "--pooling", "--feeding", "--attention",
      "--input-feeding", "--input-dropout", "--loss", "--scale", "--min-count");

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
  /// @throws IllegalArgumentException one sentence that names both
  void check(CommandSpec spec) throws FormatException {
    for (var option : spec.commandLine().getParseResult().matchedOptions()) {
      var name = option.longestName();
      if (!OF_THE_MODEL.contains(name) && !isOfData(name)) {
        continue;
      }
      var has = has(name);
      if (has == null) {
        throw new IllegalArgumentException(
            "%s does not go with --from %s, which says it already; leave it out".formatted(name,
                from));
      }
      var given = given(option);
      if (!given.equals(word(has))) {
        throw new IllegalArgumentException(
            "%s is %s, but the model of --from %s has %s; leave it out, or begin without --from"
                .formatted(name, given, from, word(has)));
      }
    }
  }

  /// A file that does not say how its data were read leaves that to the options.
  private boolean isOfData(String option) throws FormatException {
    return (option.equals("--input") || option.equals("--target")) && Sides.given(file) != null;
  }

  private @Nullable Object has(String option) throws FormatException {
    var architecture = file.model().architecture();
    var anatomy = Anatomy.of(architecture);
    var body = anatomy.body();
    return switch (option) {
      case "--cell" -> body.cell().name();
      case "--hidden" -> body.hidden();
      case "--layers" -> body.layers();
      case "--embedding" -> anatomy.inputs().symbols() > 0 ? anatomy.inputs().size() : null;
      case "--dropout" -> body.dropout();
      case "--variational" -> body.variationalDropout();
      case "--zoneout" -> body.zoneout();
      case "--weight-drop" -> body.weightDrop();
      case "--structure" -> anatomy.kind();
      case "--bidirectional" -> body.directions() != null;
      case "--loss" -> anatomy.outputs().loss();
      case "--pooling" -> architecture instanceof SequenceToVector.Parts p ? p.pooling() : null;
      case "--input" -> Sides.of(file).input();
      case "--target" -> Sides.of(file).target();
      default -> null;
    };
  }

  private static String given(OptionSpec option) {
    String value = Objects.toString(option.getValue());
    return option.longestName().equals("--loss") ? Loss.parse(value).toString() : word(value);
  }

  /// A value as it is written on the command line.
  private static String word(Object value) {
    return value instanceof Enum<?> || value instanceof String
        ? value.toString().toLowerCase(Locale.ROOT).replace('_', '-')
        : value.toString();
  }

  /// A copy that is trained: its masks are drawn by the seed.
  Structure model(long seed) {
    return architecture(seed).of(ParameterSource.copyOf(file.model()));
  }

  /// What the copy is made of.
  Architecture architecture(long seed) {
    return file.model().architecture().seed(seed);
  }
}
