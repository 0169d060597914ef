package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.onnx.OnnxExport;
import dev.unroll.onnx.OnnxSizeException;
import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.model.ModelSetting;
import dev.unroll.server.model.ServedFile;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.sequence.LiveSequence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ONNX models that make large values of small requests: answers were bounded only after they had
/// been computed.
class OnnxSizeTest {
  @TempDir
  private Path folder;

  /// A field of Protocol Buffers: its number, and what it has.
  private static byte[] field(int number, byte[]... parts) {
    var inside = new ByteArrayOutputStream();
    for (var part : parts) {
      inside.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    out.write(inside.size());
    out.writeBytes(inside.toByteArray());
    return out.toByteArray();
  }

  private static byte[] text(int number, String text) {
    return field(number, text.getBytes(UTF_8));
  }

  private static byte[] number(int number, int value) {
    return new byte[] {(byte) (number << 3), (byte) value};
  }

  /// As many zeros as the request says: a model of one node, `ConstantOfShape`.
  private static byte[] zeros() {
    var input = field(11, text(1, "size"),
        field(2, field(1, number(1, 7), field(2, field(1, text(2, "axes"))))));
    var output = field(12, text(1, "zeros"), field(2, field(1, number(1, 1))));
    var node = field(1, text(1, "size"), text(2, "zeros"), text(3, "fill"),
        text(4, "ConstantOfShape"));
    var model = new ByteArrayOutputStream();
    model.writeBytes(number(1, 8));
    model.writeBytes(field(7, node, input, output));
    model.writeBytes(field(8, number(2, 13)));
    return model.toByteArray();
  }

  private static String request(long size) {
    return "{\"inputs\":[{\"name\":\"size\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":["
        + size + "]}]}";
  }

  @Test
  void aSmallRequestForMuchIsRefused() throws IOException {
    Files.write(folder.resolve("zeros.onnx"), zeros());
    try (var server = Running.of(folder)) {
      var answer = server.infer("zeros", request(3));
      assertThat(answer.data("zeros")).containsExactly(0, 0, 0);
      var refused = server.infer("zeros", request(2_000_000_000));
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.error()).startsWith("node \"fill\" (ConstantOfShape): ")
          .contains("2000000000");
      assertThat(server.infer("zeros", request(2)).status()).isEqualTo(200);
      assertThat(server.log).noneMatch(line -> line.contains("memory"));
    }
  }

  /// The limit holds for whole sequences and for steps, of which each has a run of its own if all
  /// together are too large.
  @Test
  void allValuesOfARunCount() throws IOException {
    var file = folder.resolve("steps.onnx");
    OnnxExport.of(Running.steps(1)).withStates().write(file);
    try (var compute = new ComputeThreads(1)) {
      var model = ServedFile.of(Files.readAllBytes(file), "steps.onnx", new ModelSetting(1_000, 8,
          300, Duration.ZERO, compute, _ -> {
          }, _ -> {
          }));
      var steps = model.requireSteps();
      assertThat(steps.step(step(1), List.of(LiveSequence.passing(steps.initial())), true,
          () -> false)).isNotEmpty();
      var sequence = LiveSequence.passing(steps.initial());
      assertThatThrownBy(() -> steps.step(step(1_000), List.of(sequence), true, () -> false))
          .isInstanceOf(OnnxSizeException.class).hasMessageContaining("at most 300 are allowed");
      assertThat(sequence.state().events()).as("no state has changed").isZero();
    }
  }

  /// T steps of one sequence.
  private static InferRequest step(int steps) {
    return new InferRequest(null, Map.of(), List.of(TensorData.of("features",
        new float[steps * Running.FEATURES], 1, steps, 1, Running.FEATURES)), List.of());
  }
}
