package dev.unroll.app.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.app.Commands;
import dev.unroll.cell.Gru;
import dev.unroll.model.Inputs;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `unroll quantize`: small weights for every command that uses a model.
class QuantizeCommandTest {
  /// How ONNX files begin: version 8 of the format, then who wrote it, `pytorch`.
  private static final byte[] ONNX = "\b\b\u0012\u0007pytorch".getBytes(StandardCharsets.UTF_8);

  @TempDir
  private Path folder;

  private Commands commands;

  @BeforeEach
  void begin() {
    commands = new Commands(folder);
  }

  private void model(int hidden) throws IOException {
    SequenceToVector.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), hidden),
        Outputs.classes(2)).save(folder.resolve("run.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({"int8, 27", "bfloat16, 51"})
  void saysBothSizes(String precision, int percent) throws IOException {
    model(200);
    var small = "run." + precision + ".safetensors";
    assertThat(commands.said(List.of("quantize", "run.safetensors", "--precision", precision)))
        .startsWith(folder.resolve(small).toString())
        .endsWith(", %s: %d %% of %s\n".formatted(precision, percent,
            folder.resolve("run.safetensors")));
    assertThat(commands.said(List.of("info", small)))
        .contains("weights      " + precision + ", ").contains(" bytes instead of 489,608");
    assertThat(commands.said(List.of("info", small, "--json")))
        .contains("\"weights\":\"" + precision + "\"");
    assertThat(Model.load(folder.resolve(small)).parameters().precision())
        .isEqualTo(Precision.of(precision));
  }

  /// A task stays a task: what it answers, its names, its report.
  @Test
  void aTaskStaysWhatItIs() throws IOException {
    var lines = new ArrayList<String>(List.of("text,label"));
    for (int i = 0; i < 40; i++) {
      lines.add("a good day %d,good".formatted(i % 7));
      lines.add("a bad night %d,bad".formatted(i % 7));
    }
    Files.write(folder.resolve("days.csv"), lines);
    commands.said(List.of("train", "classify", "days.csv", "--effort", "quick", "--epochs", "2",
        "--out", "run", "--threads", "1", "--quiet"));
    commands.said(List.of("quantize", "run"));
    var answer = commands.said(List.of("predict", "run/int8.safetensors", "days.csv"));
    assertThat(answer).contains("good");
    assertThat(commands.said(List.of("info", "run/int8.safetensors")))
        .contains("weights      int8");
  }

  @Test
  void isRefusedWhereItWouldLose() throws IOException {
    model(3);
    commands.said(List.of("quantize", "run.safetensors"));
    // Its own file may be replaced.
    commands.said(List.of("quantize", "run.safetensors", "--precision", "INT8"));
    assertThat(commands.refused("quantize", "run.int8.safetensors"))
        .contains("are int8, and rounding them again would lose more");
    assertThat(commands.refused("quantize", "run.int8.safetensors", "again.safetensors"))
        .contains("are int8, and rounding them again would lose more");
    assertThat(commands.refused("quantize", "run.safetensors", "")).contains("FILE is empty");
    assertThat(commands.refused("quantize", "run.safetensors", "run.safetensors"))
        .contains("the model that is quantized");
    Files.copy(folder.resolve("run.safetensors"), folder.resolve("other.safetensors"));
    assertThat(commands.refused("quantize", "run.safetensors", "other.safetensors"))
        .contains("was not made of this model");
    assertThat(folder.resolve("again.safetensors")).doesNotExist();
    var first = Files.readAllBytes(folder.resolve("run.int8.safetensors"));
    model(4);
    assertThat(commands.refused("quantize", "run.safetensors"))
        .contains("was not made of this model");
    assertThat(folder.resolve("run.int8.safetensors")).hasBinaryContent(first);
  }

  /// The percentage compared the model with a checkpoint, which holds the optimizer too, and
  /// nothing said that these are the weights of a training that failed.
  @Test
  void aCheckpointIsNamedAsOne() throws IOException {
    var text = commands.text("words.txt", 600);
    var run = commands.run(Commands.train(text, "run", "--epochs", "1"));
    assertThat(run.exitCode()).isZero();
    var whole = commands.said(List.of("quantize", "run"));
    assertThat(whole).doesNotContain("note:");
    Files.delete(folder.resolve("run/model.safetensors"));
    var part = commands.said(List.of("quantize", "run"));
    var percent = Pattern.compile("int8: (\\d+) % of");
    var of = percent.matcher(whole);
    var rest = percent.matcher(part);
    assertThat(of.find() && rest.find()).isTrue();
    assertThat(Integer.parseInt(rest.group(1))).isCloseTo(Integer.parseInt(of.group(1)), within(5));
    assertThat(part).contains("note: this is the model of a training that has not ended, or failed,"
        + " as it was at its last checkpoint");
  }

  /// An intact ONNX file was said to be damaged.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "quantize | unroll onnx run --weights int8", "info | unroll onnx info",
    "evaluate | unroll onnx info", "export --to pytorch | unroll onnx info"})
  void anOnnxModelIsNotADamagedOne(String command, String advice) throws IOException {
    Files.write(folder.resolve("graph.onnx"), ONNX);
    Files.write(folder.resolve("graph.bin"), ONNX);
    for (var file : List.of("graph.onnx", "graph.bin")) {
      var words = new ArrayList<>(List.of(command.split(" ")));
      words.add(1, file);
      assertThat(commands.refused(words.toArray(String[]::new)))
          .contains(file + " is an ONNX model", advice).doesNotContain("damaged");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "int4", ""})
  void otherPrecisionsAreRefused(String precision) throws IOException {
    model(3);
    assertThat(commands.refused("quantize", "run.safetensors", "--precision", precision))
        .contains("expected int8 or bfloat16");
  }

  @Test
  void isNotTrained() throws IOException {
    model(3);
    commands.said(List.of("quantize", "run.safetensors"));
    Files.writeString(folder.resolve("mine.jsonl"),
        "{\"input\": [[1, 2]], \"target\": 0}\n".repeat(20)
            + "{\"input\": [[2, 1]], \"target\": 1}\n".repeat(20));
    assertThat(commands.refused("fit", "mine.jsonl", "--from", "run.int8.safetensors"))
        .contains("the weights of").contains("int8");
  }
}
