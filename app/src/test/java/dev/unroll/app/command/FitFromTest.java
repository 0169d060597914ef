package dev.unroll.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.app.console.OfTheModel;
import dev.unroll.app.console.Terminal;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.exchange.PyTorch;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.file.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Trainings that begin with a trained model, by `unroll fit --from` and
/// `unroll train text --from`.
class FitFromTest {
  /// What one step of the rate 1e-9 may change.
  private static final Offset<Float> HARDLY = Offset.offset(1e-6f);

  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void write() throws IOException {
    commands = new Commands(folder);
    names("names.jsonl", "kamo", "ja", "llatto", "it");
    names("more.jsonl", "kimo", "ja", "lotta", "it");
  }

  /// Ten examples of each of two labels.
  private void names(String file, String one, String label, String other, String otherLabel)
      throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      lines.add("{\"input\": \"%s\", \"target\": \"%s\"}".formatted(
          (i % 2 == 0 ? one : other).substring(i % 3), i % 2 == 0 ? label : otherLabel));
    }
    Files.write(folder.resolve(file), lines);
  }

  private String said(List<String> args, String... more) {
    var all = new ArrayList<>(args);
    all.addAll(List.of(more));
    return commands.said(all);
  }

  private String refused(String... args) {
    return commands.refused(args);
  }

  private static List<String> fit(String file, String out) {
    return List.of("fit", file, "--out", out, "--batch", "4", "--threads", "1");
  }

  private String run(String... more) {
    var args = new ArrayList<>(fit("names.jsonl", "run"));
    args.addAll(List.of("--hidden", "7", "--embedding", "5", "--epochs", "2", "--lr", "0.01"));
    return said(args, more);
  }

  private ModelFile model(String run) throws IOException {
    return ModelFile.read(folder.resolve(run).resolve("model.safetensors"));
  }

  private double loss(String run, String data) {
    return Double.parseDouble(said(List.of("evaluate", run, "--data", data, "--json"))
        .replaceAll("(?s).*\"loss\":([-0-9.eE]+).*", "$1"));
  }

  @Test
  void weightsSymbolsAndLabelsAreThoseOfTheModel() throws IOException {
    run();
    var out = said(fit("more.jsonl", "same"), "--from", "run", "--lr", "1e-9", "--epochs", "1",
        "--hidden", "7", "--cell", "lstm", "--structure", "sequence-to-vector");
    assertThat(out).contains("from       run: its weights, symbols and labels",
        "sequence-to-vector; as --from says");
    assertThat(model("same").model().parameters().values())
        .containsExactly(model("run").model().parameters().values(), HARDLY);
    assertThat(model("same").model().architecture())
        .isEqualTo(model("run").model().architecture());
    said(fit("more.jsonl", "tuned"), "--from", "run/model.safetensors", "--lr", "0.02",
        "--epochs", "8");
    assertThat(model("tuned").vocabularies()).isEqualTo(model("run").vocabularies());
    assertThat(loss("tuned", "more.jsonl")).isLessThan(loss("run", "more.jsonl"));
    assertThat(said(List.of("evaluate", "tuned"))).contains("validation (2 examples)");
  }

  /// The scaling of other data would make other inputs of the same numbers.
  @Test
  void theScalingIsThatOfTheModel() throws IOException {
    numbers("old.csv", 10);
    numbers("new.csv", 1000);
    said(fit("old.csv", "run"), "--hidden", "5", "--epochs", "2");
    assertThat(said(fit("new.csv", "tuned"), "--from", "run", "--epochs", "1"))
        .contains("from       run: its weights, labels and scaling");
    var scaling = model("run").model().architecture().outputs().scaling();
    assertThat(scaling).isNotNull();
    assertThat(model("tuned").model().architecture())
        .isEqualTo(model("run").model().architecture());
    assertThat(said(List.of("evaluate", "tuned"))).contains("loss, squared of scaled numbers");
    assertThat(refused("fit", "new.csv", "--from", "run", "--scale", "none"))
        .contains(
            "--scale is none, but the model of --from run has a scaling of its own; leave it");
  }

  private void numbers(String file, int size) throws IOException {
    var lines = new ArrayList<>(List.of("input,target"));
    for (int i = 0; i < 20; i++) {
      lines.add("%d %d;%d %d,%d".formatted(i * size, i, size, 2 * i, 3 * i * size));
    }
    Files.write(folder.resolve(file), lines);
  }

  @ParameterizedTest
  @CsvSource({"--hidden, 9, has 7", "--cell, gru, has lstm", "--layers, 2, has 1",
    "--embedding, 6, has 5", "--dropout, 0.5, has 0.0", "--loss, cross-entropy(0.1), has cross-",
    "--pooling, mean, has last", "--structure, encoder-decoder, has sequence-to-vector",
    "--target, numbers, has label", "--input, words, has characters"})
  void whatContradictsTheModelIsRefused(String option, String value, String has) {
    run();
    assertThat(refused("fit", "more.jsonl", "--from", "run", option, value))
        .contains("%s is %s, but the model of --from run ".formatted(option, value), has)
        .endsWith("leave it out, or begin without --from\n");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  /// A message that named no value of the model ("which says it already"), or said "true" and
  /// "false" of a switch.
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --layer-norm            | --layer-norm is given        | was made without it
      --bidirectional         | --bidirectional is given     | was made without it
      --bidirectional=false   |                              |
      --residual=false        |                              |
      --residual              | --residual is given          | was made without it
      --untied                | --untied is given            | was made without it
      --learned-start         | --learned-start is given     | was made without it
      --input-feeding         | --input-feeding is given     | was made without it
      --attention=dot         | --attention is dot           | has none
      --merge=sum             | --merge is sum               | has none
      --feeding=first-step    | --feeding is first-step      | has none
      --scale=min-max         | --scale is min-max           | has none
      --scale=none            |                              |
      --size=P=4              | --size is P=4                | has none
      --init=bf=1             | --init is bf=1               | has trained weights
      --min-count=3           | --min-count is 3             | symbols
      --zoneout=0.1           | --zoneout is 0.1             | has 0.0
      --weight-drop=0         |                              |
      --activation-penalty=2  | --activation-penalty is 2.0  | has 0.0
      --temporal-penalty=2    | --temporal-penalty is 2.0    | has 0.0
      --preserve-gradients=2  | --preserve-gradients is 2.0  | has 0.0
      --input-dropout=0.5     | --input-dropout is 0.5       | has 0.0
      --variational=0.5       | --variational is 0.5         | has 0.0
      """)
  void aRefusalSaysWhatTheModelHas(String option, String given, String has) {
    run();
    if (given == null) {
      said(fit("more.jsonl", "tuned"), "--from", "run", "--epochs", "1", option);
    } else {
      assertThat(refused("fit", "more.jsonl", "--from", "run", option))
          .startsWith("unroll: %s, but the model of --from run ".formatted(given))
          .contains(has).endsWith("leave it out, or begin without --from\n");
    }
  }

  /// Of an encoder and decoder the first was never looked at.
  @Test
  void whatReadsIsTheEncoder() throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      lines.add("{\"input\": \"ab%d\", \"target\": \"b%da\"}".formatted(i % 3, i % 3));
    }
    Files.write(folder.resolve("pairs.jsonl"), lines);
    said(fit("pairs.jsonl", "run"), "--structure", "encoder-decoder", "--bidirectional", "--hidden",
        "5", "--embedding", "5", "--attention", "general", "--epochs", "1");
    said(fit("pairs.jsonl", "tuned"), "--from", "run", "--bidirectional", "--attention", "general",
        "--merge", "concatenate", "--feeding", "every-step", "--epochs", "1");
    assertThat(refused("fit", "pairs.jsonl", "--from", "run", "--bidirectional=false"))
        .contains("--bidirectional=false is given, but the model of --from run was made with it");
    assertThat(refused("fit", "pairs.jsonl", "--from", "run", "--attention", "additive"))
        .contains("--attention is additive, but the model of --from run has general");
  }

  /// Cells were compared by name alone.
  @Test
  void cellsAreComparedByTheirEquations() throws IOException {
    run();
    var lstm = Lstm.cell().toString();
    Files.writeString(folder.resolve("mine.cell"), lstm);
    said(fit("more.jsonl", "tuned"), "--from", "run", "--epochs", "1", "--cell", "mine.cell");
    Files.writeString(folder.resolve("lstm.cell"), Gru.cell().toString());
    assertThat(refused("fit", "more.jsonl", "--from", "run", "--cell", "lstm.cell"))
        .contains("--cell is lstm.cell, but the model of --from run has a cell lstm with other"
            + " equations");
  }

  /// A preset was read for its learning, and what it says of the model ignored.
  @Test
  void aPresetIsRefused() throws IOException {
    commands.text("text.txt", 300);
    said(Commands.train(folder.resolve("text.txt"), "run", "--epochs", "1"));
    for (var preset : List.of("large", "default")) {
      assertThat(refused("train", "text", "--data", "text.txt", "--from", "run", "--preset",
          preset)).startsWith(
              "unroll: --preset %s says what a model is made of, but the model of"
                  .formatted(preset) + " --from run is lstm, 2 layers of 7; ")
          .contains("such as --lr, by themselves");
    }
    assertThat(refused("train", "text", "--data", "text.txt", "--from", "run", "--tokens",
        "byte")).contains("--tokens is byte, but the model of --from run has character;");
    assertThat(refused("train", "text", "--data", "text.txt", "--from", "run", "--merges",
        "9")).contains("--merges is 9, but the model of --from run has its ", " symbols;");
    assertThat(refused("train", "text", "--data", "text.txt", "--from", "run", "--tied"))
        .contains("--tied is given, but the model of --from run was made without it;");
  }

  /// A new option has to be marked, or to stand here: of the two a list by hand forgot some.
  @Test
  void everyOtherOptionSaysNothingOfTheModel() {
    var others = new TreeSet<String>();
    var none = new PrintWriter(new StringWriter());
    var terminal = new Terminal(InputStream.nullInputStream(), none, none, folder, false);
    for (var line : List.of(TrainCommand.line(terminal), new CommandLine(
        new FitCommand(terminal)))) {
      line.getCommandSpec().options().stream().filter(option -> !OfTheModel.Mark.isOn(option))
          .forEach(option -> others.add(option.longestName()));
    }
    assertThat(others).containsExactlyInAnyOrder("--help", "--version", "--data", "--from",
        "--dump", "--input", "--target", "--input-column", "--target-column", "--validation",
        "--group", "--in-order", "--time", "--recompute", "--sample", "--epochs", "--batch",
        "--learning-rate", "--optimizer", "--schedule", "--clip", "--accumulate", "--shards",
        "--sync-every", "--outer", "--patience", "--seed", "--out", "--resume", "--threads",
        "--find-rate", "--quiet",
        "--keep", "--monitor",
        "--checkpoint-seconds", "--tensorboard");
  }

  @Test
  void dataThatDoNotFitAreRefusedWithWhatIsExpected() throws IOException {
    run();
    names("other.jsonl", "kimo", "ja", "anna", "fi");
    assertThat(refused("fit", "other.jsonl", "--from", "run")).contains("other.jsonl, line 2:",
        "the label \"fi\" is not among the 2 of", "it, ja; correct it, or begin without --from");
    assertThat(refused("fit", "more.jsonl", "--from", "run", "--validation", "other.jsonl"))
        .contains("other.jsonl, line 2:", "the label \"fi\"");
    numbers("two.csv", 10);
    said(fit("two.csv", "numbers"), "--hidden", "5", "--epochs", "1");
    Files.writeString(folder.resolve("three.csv"), "input,target\n1 2 3;4 5 6,7\n1 2 3,8\n");
    assertThat(refused("fit", "three.csv", "--from", "numbers"))
        .contains("three.csv, line 2: the input has 3 numbers a step, expected 2");
    commands.text("text.txt", 300);
    said(Commands.train(folder.resolve("text.txt"), "text", "--epochs", "1"));
    assertThat(refused("fit", "more.jsonl", "--from", "text")).contains(
        "is a language model; go on with unroll train text --data FILE --from text");
    assertThat(refused("fit", "more.jsonl", "--from", "nothing"))
        .contains("there is no nothing; give a model file or the folder of a run");
  }

  /// Of a run that is resumed symbols, labels and scaling were those of its data, not of its model.
  @Test
  void aRunThatIsStoppedGoesOnWithTheSameBits() throws IOException, InterruptedException {
    run("--dropout", "0.1");
    var args = new ArrayList<>(fit("more.jsonl", "whole"));
    args.addAll(List.of("--from", "run", "--epochs", "100", "--lr", "0.01", "--seed", "5"));
    assertResumes(args, "fit");
  }

  @Test
  void aTextThatIsStoppedGoesOnWithTheSameBits() throws IOException, InterruptedException {
    commands.text("text.txt", 300);
    said(Commands.train(folder.resolve("text.txt"), "run", "--epochs", "1"));
    Files.writeString(folder.resolve("more.txt"), "to be or not to mind the whether\n".repeat(40));
    assertResumes(List.of("train", "text", "--data", "more.txt", "--out", "whole", "--from", "run",
        "--epochs", "100", "--batch", "4", "--time", "8", "--threads", "1", "--seed", "5"),
        "train");
    assertThat(model("whole").vocabularies()).isEqualTo(model("run").vocabularies());
  }

  private void assertResumes(List<String> args, String command)
      throws IOException, InterruptedException {
    said(args);
    var part = new ArrayList<>(args);
    part.set(part.indexOf("whole"), "part");
    var process = commands.start(List.of(), part);
    while (!Files.readString(folder.resolve("out")).contains("epoch 2/")) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
      Thread.sleep(5);
    }
    process.destroy();
    assertThat(commands.await(process).out()).contains("and saved; resume with");
    assertThat(said(List.of(command, "--resume", "part", "--threads", "2")))
        .contains(", from step ");
    assertThat(folder.resolve("part/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  /// The seed of the masks is that of the command, as it says.
  @Test
  void theSeedIsThatOfTheCommand() throws IOException {
    run("--dropout", "0.4");
    said(fit("more.jsonl", "a"), "--from", "run", "--epochs", "1", "--seed", "5");
    assertThat(model("a").model().architecture().seed(1))
        .isEqualTo(model("run").model().architecture());
    assertThat(model("a").model().architecture())
        .isEqualTo(model("run").model().architecture().seed(5));
  }

  @Test
  void anImportedModelIsTrainedFurther() throws IOException {
    PyTorch.save(SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Lstm.cell(), 3),
        Outputs.classes(2)), folder.resolve("weights.safetensors"));
    Files.writeString(folder.resolve("labels.txt"), "no\nyes\n");
    said(List.of("import", "weights.safetensors", "--labels", "labels.txt", "--out", "run"));
    var lines = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      lines.add("{\"input\": [[%d, 1], [0.5, %d]], \"target\": \"%s\"}".formatted(i % 2, -i % 2,
          i % 2 == 0 ? "no" : "yes"));
    }
    Files.write(folder.resolve("examples.jsonl"), lines);
    said(fit("examples.jsonl", "tuned"), "--from", "run", "--epochs", "20", "--lr", "0.02");
    assertThat(loss("tuned", "examples.jsonl"))
        .isLessThan(loss("run", "examples.jsonl"));
    assertThat(refused("fit", "more.jsonl", "--from", "run")).contains("more.jsonl, line 1: ");
  }
}
