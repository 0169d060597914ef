package dev.unroll.app.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
