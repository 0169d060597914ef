package dev.unroll.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.ExampleReader;
import dev.unroll.app.data.StructureOptions;
import dev.unroll.app.settings.Choices;
import dev.unroll.app.settings.LearningOptions;
import dev.unroll.app.settings.ModelOptions;
import dev.unroll.app.settings.Preset;
import dev.unroll.app.settings.StackOptions;
import dev.unroll.app.settings.StructureChoice;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.json.JsonLines;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.Monitor;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingResult.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From examples to a model to answers, with each of the four structures.
class FitTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void examples() throws IOException {
    commands = new Commands(folder);
    TinyFits.write(folder);
  }

  private Commands.Result fit(String file, String out, String... more) {
    return TinyFits.fit(commands, file, out, more);
  }

  @Test
  void aSequenceToAVector() throws IOException {
    var fitted = fit("names.jsonl", "run", "--dropout", "0.3", "--pooling", "mean");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.exitCode()).isZero();
    assertThat(fitted.out())
        .contains("names.jsonl: 18 examples to train, 2 to validate; characters (symbols 0 … 6) to"
            + " label (symbols 0 … 1)", "sequence-to-vector; every target has one step",
            "\nmemory     1 MiB\n")
        .containsPattern("epoch 1/2: training loss \\d\\.\\d{4}, validation loss \\d\\.\\d{4} nats,"
            + " \\d+\\.\\d % right")
        .containsPattern("done: validation loss \\d\\.\\d{4} nats, in .*run\n");
    assertThat(Files.readString(folder.resolve("run/report.html")))
        .contains("\"label\":\"loss, nats\"", "\"label\":\"answers per second\"");

    var answer = commands.runWith("{\"input\": \"kamo\"}\n", "predict", "run");
    assertThat(answer.err()).isEmpty();
    var fields = JsonFields.parse(answer.out(), "predict");
    assertThat(fields.string("label")).isIn("ja", "it");
    assertThat(fields.number("probability")).isBetween(0.5, 1.0);
    var drawn = commands.runWith("{\"input\": \"kamo\"}\n", "predict", "run", "--monte-carlo", "9");
    assertThat(JsonFields.parse(drawn.out(), "predict").number("spread")).isPositive();

    var evaluated = JsonFields.parse(commands.run("evaluate", "run", "--json").out(), "evaluate");
    assertThat(evaluated.integer("examples")).isEqualTo(2);
    // That of the model which was saved, the best epoch's.
    assertThat(evaluated.number("loss")).isEqualTo(lowestLoss());
    assertThat(commands.run("evaluate", "run", "--data", "names.jsonl").out())
        .contains("on names.jsonl, all (20 examples)", "of the answers right");
    assertThat(commands.run("info", "run").out())
        .contains("structure    sequence-to-vector, pooling mean, loss cross-entropy",
            "input        6 characters and <unk>: aklmot", "output       2 labels: it ja",
            "trained on   names.jsonl (SHA-256 ", "h' = o * tanh(c')");
    assertThat(JsonFields.parse(commands.run("info", "run", "--json").out(), "info")
        .object("vocabularies").strings("output")).containsExactly("it", "ja");
    var generated = commands.run("generate", "run");
    assertThat(generated.exitCode()).isEqualTo(2);
    assertThat(generated.err()).contains("holds a sequence to vector, expected a language model");
  }

  private double lowestLoss() throws IOException {
    double lowest = Double.POSITIVE_INFINITY;
    for (var line : JsonLines.read(folder.resolve("run/log.jsonl"))) {
      if (line.has("validationLoss")) {
        lowest = Math.min(lowest, line.number("validationLoss"));
      }
    }
    return lowest;
  }

  @Test
  void everythingThatABodyCanDo() throws IOException {
    var fitted = fit("names.jsonl", "run", "--cell", "rnn", "--bidirectional", "--merge", "sum",
        "--input-dropout", "0.2", "--activation-penalty", "0.1",
        "--temporal-penalty", "0.2", "--preserve-gradients", "0.3", "--residual", "--layers", "2");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.exitCode()).isZero();
    var parts = (SequenceToVector.Parts) ModelFile
        .read(folder.resolve("run/model.safetensors")).model().architecture();
    var body = parts.body();
    assertThat(body.directions()).isEqualTo(Merge.SUM);
    assertThat(parts.inputs().drop()).isEqualTo(0.2);
    assertThat(body.inputDropout()).isZero();
    assertThat(body.activationPenalty()).isEqualTo(0.1);
    assertThat(body.temporalPenalty()).isEqualTo(0.2);
    assertThat(body.gradientPreservation()).isEqualTo(0.3);
    assertThat(commands.run("evaluate", "run").exitCode()).isZero();

    var learned = fit("doubled.jsonl", "learned", "--structure", "encoder-decoder", "--target",
        "words", "--bidirectional", "--learned-start");
    assertThat(learned.err()).isEmpty();
    var encoderDecoder = (EncoderDecoder.Parts) ModelFile
        .read(folder.resolve("learned/model.safetensors")).model().architecture();
    assertThat(encoderDecoder.encoder().hasLearnedStart()).isTrue();
    assertThat(encoderDecoder.decoder().hasLearnedStart()).isFalse();
    var writes = fit("origins.jsonl", "writes", "--structure", "vector-to-sequence",
        "--learned-start");
    assertThat(writes.err()).isEmpty();
    var fromVector = (VectorToSequence.Parts) ModelFile
        .read(folder.resolve("writes/model.safetensors")).model().architecture();
    assertThat(fromVector.body().hasLearnedStart()).isTrue();
    assertCutsAreTold(commands.run("predict", "writes", "origins.jsonl", "--beam", "2"), 6);
    assertThat(fit("names.jsonl", "refused", "--learned-start", "--preserve-gradients", "1",
        "--cell", "rnn").err())
        .contains("leave learned initial states or Ω out");
  }

  @Test
  void targetsThatAreAllTheSameAreTold() throws IOException {
    Files.writeString(folder.resolve("sevens.jsonl"),
        "{\"input\": [1, 2], \"target\": 0.7}\n".repeat(10));
    var note =
        "note       every target is the same: a low loss does not say that the inputs are read\n";
    assertThat(fit("sevens.jsonl", "run").out()).contains(note);
    assertThat(fit("names.jsonl", "several").out()).doesNotContain("every target is the same");
  }

  /// Answers that the limit cut off looked like any other.
  @Test
  void answersThatTheLimitCutAreTold() throws IOException {
    assertThat(fit("origins.jsonl", "run", "--structure", "vector-to-sequence").exitCode())
        .isZero();
    for (var beam : List.of("1", "3", "10")) {
      var answer =
          commands.run("predict", "run", "origins.jsonl", "--longest", "1", "--beam", beam);
      assertThat(answer.exitCode()).isZero();
      assertThat(answer.out().lines()).hasSize(20)
          .allMatch(line -> line.contains("\"ended\":false,\"cut\":true"));
      assertCutsAreTold(answer, 1);
    }
  }

  /// On standard error, so that nothing else is among the answers.
  private static void assertCutsAreTold(Commands.Result answer, int longest) {
    long all = answer.out().lines().count();
    long cut = answer.out().lines().filter(line -> line.contains("\"cut\":true")).count();
    assertThat(answer.err()).isEqualTo(cut == 0 ? ""
        : ("unroll: %d of %d answers were cut off at %d symbols, where the model would have gone "
            + "on;"
            + " they say \"cut\": true; give a larger --longest for whole ones\n")
            .formatted(cut, all, longest));
  }

  @Test
  void aModelThatDoesNotSayWhatItWasTrainedOn() throws IOException {
    assertThat(fit("names.jsonl", "run").exitCode()).isZero();
    var path = folder.resolve("run/model.safetensors");
    var stored = ModelFile.read(path);
    var evaluated = commands.run("evaluate", "run", "--data", "names.jsonl").out();
    ModelFile.write(path, stored.model(), new LinkedHashMap<>());
    assertThat(commands.run("evaluate", "run", "--data", "names.jsonl").out())
        .isEqualTo(evaluated);
    assertThat(commands.runWith("{\"input\": \"kamo\"}\n", "predict", "run").out())
        .contains("\"label\"");
    assertThat(commands.run("evaluate", "run").err()).startsWith(
        "unroll: the model does not say what it was trained on, as those of unroll fit do; give its"
            + " examples as --data");
  }

  @Test
  void aVectorToASequence() throws IOException {
    var fitted = fit("origins.jsonl", "run", "--structure", "vector-to-sequence", "--feeding",
        "first-step", "--cell", "gru");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.out()).contains("label (symbols 0 … 1) to characters (symbols 0 … 5)");
    var answer = commands.runWith("{\"input\": \"it\"}\n", "predict", "run", "--beam", "3",
        "--longest", "4");
    assertCutsAreTold(answer, 4);
    var fields = JsonFields.parse(answer.out(), "predict");
    assertThat(fields.string("text")).matches("[akmlot]{0,4}");
    assertThat(fields.number("logProbability")).isNegative();
    assertThat(commands.run("evaluate", "run").out()).contains("of the sequences wrong");
  }

  @Test
  void aSequenceToASequence() throws IOException {
    var fitted = fit("signs.csv", "run", "--bidirectional", "--layers", "2", "--residual",
        "--variational", "0.2", "--untied", "--layer-norm");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.out())
        .contains("numbers (rows of 1 number)", "every target is as long as its input");
    var answer = commands.run("predict", "run", "signs.csv");
    assertThat(answer.err()).isEmpty();
    var lines = answer.out().lines().toList();
    assertThat(lines).hasSize(20);
    assertThat(JsonFields.parse(lines.get(0), "predict").longs("symbols")).hasSize(3);
    assertThat(JsonFields.parse(lines.get(1), "predict").numbers("probabilities")).hasSize(2);
  }

  @Test
  void anEncoderAndADecoder() throws IOException {
    var fitted = fit("doubled.jsonl", "run", "--attention", "additive", "--bidirectional", "--loss",
        "cross-entropy(0.1)", "--validation", "doubled.jsonl");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.out()).contains("20 examples to train, 20 to validate",
        "encoder-decoder", "words (symbols 0 … 2)");
    var answer = commands.run("predict", "run", "doubled.jsonl", "--beam", "2");
    assertThat(answer.err()).isEmpty();
    assertThat(answer.out().lines()).hasSize(20).allMatch(line -> line.contains("\"symbols\":["));
  }

  @Test
  void aDecoderThatReadsWhatItAttendedTo() throws IOException {
    var fitted = fit("doubled.jsonl", "run", "--attention", "general", "--input-feeding");
    assertThat(fitted.err()).isEmpty();
    var parts = (EncoderDecoder.Parts) ModelFile
        .read(folder.resolve("run/model.safetensors")).model().architecture();
    assertThat(parts.attention()).isEqualTo(Attention.GENERAL);
    assertThat(parts.inputFeeding()).isTrue();
    for (var search : List.of("1", "3")) {
      var answer = commands.run("predict", "run", "doubled.jsonl", "--beam", search);
      assertCutsAreTold(answer, 3);
      assertThat(answer.out().lines()).hasSize(20);
    }
    assertThat(commands.run("evaluate", "run").out()).contains("of the sequences wrong");
    assertThat(fit("doubled.jsonl", "plain", "--attention", "general").exitCode()).isZero();
    parts = (EncoderDecoder.Parts) ModelFile
        .read(folder.resolve("plain/model.safetensors")).model().architecture();
    assertThat(parts.inputFeeding()).isFalse();
  }

  @Test
  void numbersWithALossOfTheirOwn() throws IOException {
    Files.writeString(folder.resolve("sums.jsonl"),
        "{\"input\": [[1, 2], [0, 1]], \"target\": 0.4}\n".repeat(12));
    var fitted = fit("sums.jsonl", "run", "--loss", "quantile(0.1, 0.9)", "--optimizer", "sgd");
    assertThat(fitted.err()).isEmpty();
    var answer = commands.runWith("{\"input\": [[1, 2]]}", "predict", "run");
    assertThat(JsonFields.parse(answer.out(), "predict").numbers("numbers")).hasSize(2);
  }

  @Test
  void aRunThatIsResumedEndsWithTheSameBits() throws IOException {
    fit("names.jsonl", "whole", "--variational", "0.1");
    stopped("part");
    var resumed = commands.run("fit", "--resume", "part");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.out()).contains(", from step 1 of 10");
    assertThat(folder.resolve("part/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
    var finished = commands.run("fit", "--resume", "part");
    assertThat(finished.err()).isEmpty();
    assertThat(finished.out()).contains("part is finished: 2 of 2 epochs, validation loss ");
    var changed = commands.run("fit", "--resume", "part", "--epochs", "4");
    assertThat(changed.err())
        .contains("--epochs cannot be changed when a run is resumed; leave it out");
    Files.writeString(folder.resolve("names.jsonl"), "{\"input\": \"a\", \"target\": \"b\"}\n");
    assertThat(commands.run("fit", "--resume", "part").err())
        .contains("names.jsonl is not what the run was started with (SHA-256 ");
  }

  /// What Ctrl-C leaves after the first step of the same run.
  private void stopped(String out) throws IOException {
    var model = new ModelOptions();
    model.hidden = 7;
    model.embedding = 5;
    model.variational = 0.1;
    var learning = new LearningOptions();
    learning.batch = 4;
    learning.epochs = 2;
    learning.learningRate = 0.01;
    var choices = new Choices(Preset.EXAMPLES, model, learning);
    var options = new StructureOptions();
    var examples = ExampleReader.of(folder, "names.jsonl", options, choices.batch(), learning.seed);
    var structure = new StructureChoice(choices, options, new StackOptions())
        .architecture(folder, examples).initialized();
    examples.silenceUnknown(structure);
    var run = Files.createDirectory(folder.resolve(out));
    try (var engine = Engine.of(1)) {
      var trainer = Trainer.of(structure).recipe(choices.recipe(0)).engine(engine)
          .folder(run).monitor(Monitor.ACCURACY)
          .origin(examples.origin(Monitor.ACCURACY))
          .session(examples.trainBatches(), examples.validationBatches());
      trainer.stop();
      assertThat(trainer.fit(TrainingListener.SILENT)).isEqualTo(Ending.STOPPED);
    }
  }

  /// The first answer comes while the second line is not yet written.
  @Test
  void inputsOfAPipeAreAnsweredAtOnce() throws Exception {
    fit("signs.csv", "run");
    var in = new PipedInputStream();
    var answers = new PipedInputStream();
    var out = new PrintWriter(new PipedOutputStream(answers), false, UTF_8);
    Thread thread;
    try (var pipe = new PipedOutputStream(in)) {
      thread = Thread.ofVirtual().start(() -> Main.run(
          new Terminal(in, out, new PrintWriter(Writer.nullWriter()), folder, false),
          "predict", "run", "--threads", "1"));
      var reader = new BufferedReader(new InputStreamReader(answers, UTF_8));
      for (var line : List.of("{\"input\": [0.5, -0.5]}\n", "{\"input\": [0.25]}\n")) {
        pipe.write(line.getBytes(UTF_8));
        pipe.flush();
        assertThat(reader.readLine()).contains("\"symbols\"");
      }
      // Three columns where the model has one: the answer before it is given.
      pipe.write("{\"input\": [1]}\n{\"input\": [[1, 2, 3]]}\n".getBytes(UTF_8));
      pipe.flush();
      assertThat(reader.readLine()).contains("\"symbols\"");
    }
    thread.join();
  }

  /// The layers of both had stood in one list.
  @Test
  void infoTellsTheEncoderFromTheDecoder() throws IOException {
    assertThat(fit("doubled.jsonl", "run", "--structure", "encoder-decoder", "--target", "words",
        "--bidirectional", "--layers", "2", "--cell", "gru").exitCode()).isZero();
    assertThat(commands.run("info", "run").out()).containsPattern(
        "\\n\\nencoder\\n  gru\\(.*\\n  gru\\(.*against time.*"
            + "\\ndecoder\\n  gru\\(.*\\n  gru\\(.*\\n");
    var fields = JsonFields.parse(commands.run("info", "run", "--json").out(), "info");
    assertThat(fields.object("encoder").string("directions")).isEqualTo("concatenate");
    assertThat(fields.object("encoder").integer("layers")).isEqualTo(2);
    assertThat(fields.string("directions")).isEqualTo("one");
  }

  /// `[0.1, 1.0]` had been refused as two steps, although the structure says that it is one vector.
  @Test
  void aFlatVectorIsTheInputOfVectorToSequence() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      lines.append("{\"input\": [%s, 1.5], \"target\": [%d, %d, 2]}\n"
          .formatted(i / 4.0, i % 3, i % 2));
    }
    Files.writeString(folder.resolve("flat.jsonl"), lines);
    Files.writeString(folder.resolve("flat.csv"), "input,target\n0.25 1.5,1 1 2\n");
    Files.writeString(folder.resolve("rows.jsonl"),
        lines.toString().replace("[", "[[").replace("1.5]", "1.5]]").replace("\"target\": [[",
            "\"target\": ["));
    for (var name : List.of("flat", "rows")) {
      var fitted = fit(name + ".jsonl", name, "--structure", "vector-to-sequence");
      assertThat(fitted.err()).isEmpty();
      assertThat(fitted.out()).contains("numbers (rows of 2 numbers) to symbols");
    }
    var flat = commands.runWith("{\"input\": [0.25, 1.5]}\n", "predict", "flat");
    assertThat(flat.exitCode()).isZero();
    assertThat(flat.out())
        .isEqualTo(commands.runWith("{\"input\": [[0.25, 1.5]]}\n", "predict", "rows").out());
    assertThat(commands.run("evaluate", "flat", "--data", "flat.csv").err()).isEmpty();
    assertThat(fit("flat.jsonl", "other", "--structure", "vector-to-sequence", "--validation",
        "flat.csv").err()).isEmpty();
    assertThat(commands.runWith("{\"input\": [0.25, 1.5, 2]}\n", "predict", "flat").err())
        .contains("line 1: the input has 3 numbers a step, expected 2");
  }

  /// 300 texts, each with the same text backwards, had been taken for 300 classes.
  @Test
  void textsThatAreAllDifferentAreNoLabels() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      var text = new StringBuilder(Integer.toString(1_000 + i));
      lines.append("{\"input\": \"%s\", \"target\": \"%s\"}\n".formatted(text, text.reverse()));
    }
    Files.writeString(folder.resolve("backwards.jsonl"), lines);
    var fitted = fit("backwards.jsonl", "run");
    assertThat(fitted.err()).isEmpty();
    assertThat(fitted.out()).contains(
        "read       inputs as characters: texts; targets as characters: 60 different texts in 60"
            + " are no labels\n",
        "structure  sequence-to-sequence; every target is as long as its input; output t depends on"
            + " inputs up to t alone");
    assertThat(fit("backwards.jsonl", "labels", "--target", "label").out())
        .contains("; targets as label: as --target says\n", "structure  sequence-to-vector;");
    assertThat(fit("backwards.jsonl", "vector", "--structure", "sequence-to-vector").err())
        .isEqualTo("unroll: backwards.jsonl: the targets are no labels to learn for --structure"
            + " sequence-to-vector: 60 different texts in 60 are no labels; leave --structure"
            + " out, or give --target label" + System.lineSeparator());
  }
}
