package dev.unroll.app.onnx;

import static dev.unroll.app.onnx.ProtoBytes.field;
import static dev.unroll.app.onnx.ProtoBytes.joined;
import static dev.unroll.app.onnx.ProtoBytes.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxCommandTest {
  private static final Path NODES =
      Path.of("../library/src/test/resources/dev/unroll/onnx/node").toAbsolutePath().normalize();

  @TempDir
  private Path folder;

  @Test
  void testsPass() {
    var result = new Commands(folder).run("onnx", "test", NODES.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("test_lstm_batchwise/test_data_set_0: pass, largest",
        "9 of 9 passed");
  }

  @Test
  void aTestThatFailsIsSaid() throws IOException {
    var from = NODES.resolve("test_gru_defaults");
    var data = Files.createDirectories(folder.resolve("t/test_data_set_0"));
    Files.copy(from.resolve("model.onnx"), folder.resolve("t/model.onnx"));
    for (var file : new String[] {"input_0.pb", "input_1.pb", "input_2.pb", "output_0.pb"}) {
      Files.copy(from.resolve("test_data_set_0").resolve(file), data.resolve(file));
    }
    var bytes = Files.readAllBytes(data.resolve("output_0.pb"));
    bytes[bytes.length - 1] ^= 1; // the exponent of the last number
    Files.write(data.resolve("output_0.pb"), bytes);
    var result = new Commands(folder).run("onnx", "test", "t");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).contains("FAIL, output Y_h, largest difference", "0 of 1 passed");
  }

  @Test
  void runReadsAndWritesArrays() throws IOException {
    var from = NODES.resolve("test_rnn_seq_length");
    for (int k = 0; k < 4; k++) {
      OnnxTensor.read(from.resolve("test_data_set_0/input_%d.pb".formatted(k)))
          .write(folder.resolve(k + ".npy"));
    }
    var result = new Commands(folder).run("onnx", "run", from.resolve("model.onnx").toString(),
        "--input", "X=0.npy", "--input", "W=1.npy", "--input", "R=2.npy", "--input", "B=3.npy",
        "--output", "results");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(OnnxTensor.read(folder.resolve("results/Y_h.npy")).floats()).containsExactly(
        OnnxTensor.read(from.resolve("test_data_set_0/output_0.pb")).floats(),
        Offset.offset(1e-6f));
  }

  @Test
  void infoSaysWhatAModelIs() {
    var result = new Commands(folder).run("onnx", "info",
        NODES.resolve("test_lstm_defaults/model.onnx").toString());
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("opset      22", "input      X float32 [1, 3, 2]",
        "operators  LSTM 1");
  }

  /// The node `LSTM` of a copy is called `LSTQ`, which nobody knows.
  @Test
  void infoDescribesWhatCannotRun() throws IOException {
    var bytes = Files.readAllBytes(NODES.resolve("test_lstm_defaults/model.onnx"));
    for (int i = 0; i + 3 < bytes.length; i++) {
      if (bytes[i] == 'L' && bytes[i + 1] == 'S' && bytes[i + 2] == 'T' && bytes[i + 3] == 'M') {
        bytes[i + 3] = 'Q';
      }
    }
    Files.write(folder.resolve("odd.onnx"), bytes);
    var result = new Commands(folder).run("onnx", "info", "odd.onnx");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("input      X float32 [1, 3, 2]", "operators  LSTQ 1",
        "missing    LSTQ 1", "this operator is not supported");
    var refused = new Commands(folder).run("onnx", "run", "odd.onnx");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("this operator is not supported");
  }

  /// A model with an output for each name, which all are the absolute of x.
  private void model(String... outputs) throws IOException {
    var float32 = field(2, field(1, new byte[] {8, 1}));
    var graph = field(11, joined(text(1, "x"), float32));
    for (var output : outputs) {
      graph = joined(graph, field(1, joined(text(1, "x"), text(2, output), text(4, "Abs"))),
          field(12, joined(text(1, output), float32)));
    }
    Files.write(folder.resolve("m.onnx"),
        joined(new byte[] {8, 8}, field(7, graph), field(8, new byte[] {16, 17})));
    OnnxTensor.of(new float[] {-1, 2}, 2).write(folder.resolve("x.npy"));
  }

  private Commands.Result ran(String... more) {
    var args = new ArrayList<>(List.of("onnx", "run", "m.onnx", "--input", "x=x.npy"));
    args.addAll(List.of(more));
    return new Commands(folder).run(args);
  }

  /// All were written to one file, and nothing was said.
  @Test
  void eachOutputHasAFileOfItsOwn() throws IOException {
    model("a/b", "a_b", "a:b", "A_B", "a_b-2");
    var result = ran("--output", "out");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines().map(line -> line.substring(line.lastIndexOf('/') + 1)))
        .containsExactly("a_b-3.npy", "a_b.npy", "a_b-4.npy", "A_B-2.npy",
            "a_b-2-2.npy");
    try (var files = Files.list(folder.resolve("out"))) {
      assertThat(files).hasSize(5);
    }
  }

  @Test
  void anInputIsNotOverwrittenAndHalfOfTheOutputsAreNotWritten() throws IOException {
    model("a", "b");
    Files.createDirectories(folder.resolve("out/b.npy"));
    var result = ran("--output", "out");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("b.npy cannot be written: it is a folder");
    assertThat(folder.resolve("out/a.npy")).doesNotExist();
    Files.move(folder.resolve("x.npy"), folder.resolve("a.npy"));
    var over = new Commands(folder).run("onnx", "run", "m.onnx", "--input", "x=a.npy", "--output",
        ".");
    assertThat(over.exitCode()).isEqualTo(2);
    assertThat(over.err()).contains("a.npy is input x, and would be overwritten");
  }

  /// Names from a file moved the cursor and changed the colors of the terminal.
  @Test
  void namesCannotControlTheTerminal() throws IOException {
    model("y\u001b[31m\u0007");
    var info = new Commands(folder).run("onnx", "info", "m.onnx");
    assertThat(info.exitCode()).isZero();
    assertThat(info.out()).contains("output     y·[31m·").doesNotContain("\u001b");
    assertThat(ran().out()).contains("y·[31m· float32").doesNotContain("\u001b");
    var bytes = Files.readString(folder.resolve("m.onnx"), ISO_8859_1).replace("Abs", "A\u001bs");
    Files.writeString(folder.resolve("m.onnx"), bytes, ISO_8859_1);
    assertThat(ran().err()).contains("A·s").doesNotContain("\u001b");
    var odd = new Commands(folder).run("onnx", "info", "m.onnx");
    assertThat(odd.out()).contains("missing    A·s 1", "cannot run").doesNotContain("\u001b");
    var test = Files.createDirectories(folder.resolve("t/test_data_set_0"));
    Files.copy(folder.resolve("m.onnx"), test.resolveSibling("model.onnx"));
    assertThat(new Commands(folder).run("onnx", "test", "t").out()).contains("FAIL", "A·s")
        .doesNotContain("\u001b");
  }

  @Test
  void anArchiveOfArraysIsToldSo() throws IOException {
    model("y");
    Files.write(folder.resolve("x.npy"), new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0});
    var result = ran();
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(".npz", "several arrays", "numpy.save");
  }

  @Test
  void whatIsNoModelIsRefusedInOneSentence() throws IOException {
    Files.writeString(folder.resolve("a.onnx"), "not a model");
    var result = new Commands(folder).run("onnx", "info", "a.onnx");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("a.onnx").contains("damaged or not ONNX");
    assertThat(new Commands(folder).run("onnx", "info", "b.onnx").exitCode()).isEqualTo(2);
    assertThat(new Commands(folder).run("onnx").exitCode()).isEqualTo(2);
  }
}
