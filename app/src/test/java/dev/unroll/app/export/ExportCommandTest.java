package dev.unroll.app.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.app.Commands;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.expr.Cell;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `unroll export`: runs of all kinds become ONNX files that other programs can run.
class ExportCommandTest {
  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void begin() {
    commands = new Commands(folder);
  }

  private String exported(String... args) {
    var result = commands.run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return result.out();
  }

  /// Files that somebody else had written were once replaced without a word.
  @ParameterizedTest
  @CsvSource({"onnx, model.onnx", "keras, model.keras", "pytorch, weights.safetensors"})
  void aFileOfSomebodyElseStays(String format, String name) throws IOException {
    var model = SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 3),
        Outputs.classes(2));
    model.save(folder.resolve("run.safetensors"));
    var file = folder.resolve(name);
    Files.writeString(file, "my notes, which are long enough to be read as something");
    assertRefused(format, name);
    assertThat(file).hasContent("my notes, which are long enough to be read as something");
    model.save(file); // a model of ours is no export
    byte[] bytes = Files.readAllBytes(file);
    assertRefused(format, name);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    Files.delete(file);
    exported("export", "run.safetensors", "--to", format, name);
    exported("export", "run.safetensors", "--to", format, name);
  }

  /// Layers of PyTorch and Keras start at zero.
  @ParameterizedTest
  @CsvSource({"pytorch, file.safetensors", "keras, file.keras"})
  void statesThatDoNotStartAtZeroAreRefused(String format, String name) throws IOException {
    var cell = Cell.parse("lstm", Cells.find("lstm") + "start c = 0.5\n");
    SequenceToVector.of(Inputs.features(2), RecurrentStack.of(cell, 3), Outputs.classes(2))
        .save(folder.resolve("run.safetensors"));
    var said = commands.refused("export", "run.safetensors", "--to", format, name);
    assertThat(said).contains("states that do not start at zero");
    assertThat(folder.resolve(name)).doesNotExist();
  }

  private void assertRefused(String format, String name) {
    var result = commands.run("export", "run.safetensors", "--to", format, name);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("%s is there already and is no %s export of Unroll"
        .formatted(folder.resolve(name), format)).hasLineCount(1);
  }

  @Test
  void aClassifierPredictsTheSame() throws IOException {
    Files.writeString(folder.resolve("sums.jsonl"), """
        {"input": [[1, 2], [0, 1], [3, 1]], "target": "a"}
        {"input": [[4, 1]], "target": "b"}
        """.repeat(8));
    exported("fit", "sums.jsonl", "--epochs", "3", "--hidden", "5", "--threads", "1", "--out",
        "run");
    var out = exported("export", "run", "--to", "onnx", "--opset", "18");
    assertThat(out).contains("wrote " + folder.resolve("run/model.onnx"),
        "input   features float32 [time, batch, 2]: the numbers of each step, in the units of the",
        "input   lengths int64 [batch]: how many steps of each sequence are not padding",
        "output  probabilities float32 [batch, 2]: of each of the 2 classes");
    var model = OnnxModel.load(folder.resolve("run/model.onnx"));
    assertThat(model.opsets()).containsEntry("", 18L);
    assertThat(model.metadata()).containsEntry("labels", "[\"a\",\"b\"]")
        .containsKeys("unroll.version", "equations", "input.features", "output.probabilities");
    var trained = (SequenceToVector) Model.load(folder.resolve("run/model.safetensors"));
    var expected = trained.predictor().predict(new float[][] {{1, 2}, {2, 2}});
    var outputs = model.run(Map.of(
        "features", OnnxTensor.of(new float[] {1, 2, 9, 9, 2, 2, 9, 9}, 2, 2, 2),
        "lengths", OnnxTensor.of(new long[] {2, 1}, 2)));
    var probabilities = outputs.get("probabilities").floats();
    assertThat(probabilities[0]).isCloseTo(expected[0], within(1e-6f));
    assertThat(probabilities[1]).isCloseTo(expected[1], within(1e-6f));
  }

  @Test
  void aTextModelIsSteppedByItsStates() throws IOException {
    commands.text("text.txt", 300);
    exported("train", "text", "--data", "text.txt", "--out", "run", "--hidden", "7", "--layers",
        "2", "--embedding", "5", "--batch", "4", "--time", "8", "--epochs", "1", "--threads", "1");
    var out = exported("export", "--to", "onnx", "run", "step.onnx", "--states");
    assertThat(out).contains("wrote " + folder.resolve("step.onnx"),
        "input   layer1_h float32 [batch, 7]: the state before the first step",
        "output  layer1_h_next float32 [batch, 7]",
        "outside   symbols are places in the vocabulary");
    var model = OnnxModel.load(folder.resolve("step.onnx"));
    var given = new LinkedHashMap<String, OnnxTensor>();
    model.inputs().stream().filter(input -> input.name().startsWith("layer"))
        .forEach(state -> given.put(state.name(), OnnxTensor.of(new float[7], 1, 7)));
    given.put("symbols", OnnxTensor.of(new long[] {3, 1}, 2, 1));
    var whole = model.run(given).get("probabilities").floats();
    given.put("symbols", OnnxTensor.of(new long[] {3}, 1, 1));
    var first = model.run(given);
    given.replaceAll((name, value) -> first.getOrDefault(name + "_next", value));
    given.put("symbols", OnnxTensor.of(new long[] {1}, 1, 1));
    var second = model.run(given).get("probabilities").floats();
    for (int i = 0; i < second.length; i++) {
      assertThat(second[i]).isCloseTo(whole[second.length + i], within(1e-6f));
    }
  }

  @Test
  void whatATaskDoesOutsideOfItsNetworkIsSaid() throws IOException {
    var reviews = new StringBuilder("Review;sentiment\n");
    for (int i = 0; i < 60; i++) {
      reviews.append("the film %d was %s;%s%n".formatted(i / 2, i % 2 == 0 ? "good" : "bad",
          i % 2 == 0 ? "pos" : "neg"));
    }
    Files.writeString(folder.resolve("reviews.csv"), reviews);
    exported("train", "classify", "reviews.csv", "--epochs", "2", "--threads", "1", "--out",
        "run");
    assertThat(exported("export", "run", "--to", "onnx")).contains("input   symbols int64 [time",
        "outside   texts are cut into", "softmax(logits / T) with the temperature T = ");
    var metadata = OnnxModel.load(folder.resolve("run/model.onnx")).metadata();
    assertThat(metadata.get("outside.1")).startsWith("texts are cut into");
    assertThat(metadata.get("task")).contains("\"temperature\"").doesNotContain("report");
  }

  @Test
  void whatWritesSequencesBecomesTwoFiles() throws IOException {
    Files.writeString(folder.resolve("words.tsv"), "abc\tcba\nbca\tacb\ncab\tbac\n".repeat(10));
    exported("train", "transduce", "words.tsv", "--epochs", "1", "--threads", "1", "--out", "run");
    assertThat(exported("export", "run", "--to", "onnx", "words")).contains(
        "wrote " + folder.resolve("words.encoder"), "wrote " + folder.resolve("words.decoder"),
        "outside   a symbol is chosen after each step and given to the next one as previous, "
            + "until");
    assertThat(OnnxModel.load(folder.resolve("words.decoder")).metadata())
        .containsEntry("part", "decoder");
    var refused = commands.run("export", "run", "--to", "onnx", "--states");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("has states in its decoder anyway");
  }

  private byte[] trainedOnSums() throws IOException {
    Files.writeString(folder.resolve("sums.jsonl"),
        "{\"input\": [[1, 2], [0, 1]], \"target\": 0.4}\n".repeat(12));
    exported("fit", "sums.jsonl", "--epochs", "1", "--hidden", "5", "--cell", "gru", "--threads",
        "1", "--out", "run");
    return Files.readAllBytes(folder.resolve("run/model.safetensors"));
  }

  private void refused(String sentence, String... args) {
    var result = commands.run(args);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(sentence).doesNotContain("\tat ");
    assertThat(result.err().strip()).doesNotContain("\n");
  }

  /// The model was replaced by its export.
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "onnx", "keras"})
  void theModelIsNotOverwritten(String format) throws IOException {
    var model = trainedOnSums();
    var is = "is the model that is exported, and would be overwritten";
    refused(is, "export", "run", "--to", format, "run/model.safetensors");
    refused(is, "export", "run/model.safetensors", "--to", format,
        "run/../run/model.safetensors");
    Files.createSymbolicLink(folder.resolve("link.safetensors"),
        folder.resolve("run/model.safetensors"));
    refused(is, "export", "run", "--to", format, "link.safetensors");
    refused("is a file of the run", "export", "run", "--to", format,
        "run/checkpoint.safetensors");
    assertThat(folder.resolve("run/model.safetensors")).hasBinaryContent(model);
    assertThat(folder.resolve("run/model.py")).doesNotExist();
  }

  /// Of a model in two files each is looked at, also what is named after FILE.
  @Test
  void aFileNamedAfterTheTargetIsNotTheModel() throws IOException {
    trainedOnSums();
    Files.move(folder.resolve("run/model.safetensors"), folder.resolve("m.py"));
    refused("m.py is the model that is exported", "export", "m.py", "--to", "pytorch",
        "m.safetensors");
    Files.writeString(folder.resolve("words.tsv"), "abc\tcba\nbca\tacb\ncab\tbac\n".repeat(10));
    exported("train", "transduce", "words.tsv", "--epochs", "1", "--threads", "1", "--out", "two");
    Files.move(folder.resolve("two/model.safetensors"), folder.resolve("x.decoder.onnx"));
    refused("x.decoder.onnx is the model that is exported", "export", "x.decoder.onnx", "--to",
        "onnx", "x.onnx");
    assertThat(folder.resolve("x.encoder.onnx")).doesNotExist();
  }

  @Test
  void aModuleOfTheUserAndTheEndingOfAPickleAreRefused() throws IOException {
    trainedOnSums();
    Files.writeString(folder.resolve("train.py"), "import torch\n");
    refused("train.py is there already and was not written by Unroll", "export", "run", "--to",
        "pytorch", "train.safetensors");
    assertThat(folder.resolve("train.safetensors")).doesNotExist();
    refused("give it the ending .safetensors", "export", "run", "--to", "pytorch", "w.pt");
    assertThat(folder.resolve("w.pt")).doesNotExist();
    exported("export", "run", "--to", "pytorch");
    exported("export", "run", "--to", "pytorch");
  }

  /// Words were called characters, and a tagger's lower case was not said.
  @Test
  void howWordsAreReadIsSaid() throws IOException {
    var reviews = new StringBuilder("Review;sentiment\n");
    for (int i = 0; i < 60; i++) {
      reviews.append("the film %d was %s;%s%n".formatted(i / 2, i % 2 == 0 ? "good" : "bad",
          i % 2 == 0 ? "pos" : "neg"));
    }
    Files.writeString(folder.resolve("reviews.csv"), reviews);
    for (var unit : List.of("words", "characters")) {
      exported("train", "classify", "reviews.csv", "--epochs", "1", "--threads", "1", "--unit",
          unit, "--out", unit);
      assertThat(exported("export", unit, "--to", "onnx")).contains("texts are cut into " + unit);
    }
    Files.writeString(folder.resolve("train.conll"), "Anna B-PER\nsleeps O\n\n".repeat(20));
    exported("train", "tag", "train.conll", "--epochs", "1", "--threads", "1", "--out", "tag");
    exported("export", "tag", "--to", "onnx");
    assertThat(OnnxModel.load(folder.resolve("tag/model.onnx")).metadata().values())
        .anyMatch(said -> said.startsWith("words, composed (NFC) and in lower case"))
        .anyMatch(said -> said.contains("letters of a word, composed (NFC) and not in lower case"));
  }

  @Test
  void theHelpHasTheDefaultOfEachFormat() {
    var help = exported("export", "--help");
    for (var format : new ExportFormats()) {
      assertThat(help).contains(ExportFormats.of(format).fileName());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '@', value = {
    "--to onyx@there is no format onyx; models are exported to onnx",
    "run --to onnx --opset 7@opset 7 is not supported, 13 to 22 are; 17 is one that most programs "
        + "know",
    "run --to onnx --opset 23@opset 23 is not supported",
    "--opset 17@--to",
    "none --to onnx@there is no none; give a model file or the folder of a run",
    "run no/such/folder.onnx --to onnx@there is no folder",
  })
  void mistakesAreOneSentence(String line, String sentence) throws IOException {
    Files.writeString(folder.resolve("sums.jsonl"),
        "{\"input\": [[1, 2], [0, 1]], \"target\": 0.4}\n".repeat(12));
    exported("fit", "sums.jsonl", "--epochs", "1", "--hidden", "5", "--threads", "1", "--out",
        "run");
    var result = commands.run(("export " + line).split(" "));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(sentence).doesNotContain("\tat ");
  }
}
