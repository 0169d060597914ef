package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpoints that are in use, against what ONNX Runtime computes with them. They are too large
/// for this repository: `-Dunroll.onnx.models=FOLDER` says where they lie, `docs/results/onnx.md`
/// has where they come from, and what was measured.
class OnnxCheckpointTest {
  private static final double ALLOWED = 1e-4;
  private final Path folder = Path.of(System.getProperty("unroll.onnx.models", ""));

  @BeforeEach
  void need() {
    assumeThat(System.getProperty("unroll.onnx.models")).isNotNull();
  }

  /// Silero VAD: chunks of 512 samples with the last 64 of the chunk before; the state is carried.
  @ParameterizedTest
  @ValueSource(strings = {"silero_vad_16k_op15.onnx", "silero_vad_openvino_16k.onnx"})
  void sileroHearsSpeech(String file) throws IOException {
    var home = folder.resolve("pretrained-silero-vad");
    var model = OnnxModel.load(home.resolve(file));
    var wav = ByteBuffer.wrap(Files.readAllBytes(home.resolve("test.wav")))
        .order(ByteOrder.LITTLE_ENDIAN).position(44);
    var expected = Files.readAllLines(home.resolve("reference/silero_vad_16k_op15.csv"));
    var chunk = new float[576];
    var state = OnnxTensor.of(new float[2 * 128], 2, 1, 128);
    double largest = 0;
    long start = System.nanoTime();
    for (int k = 1; k < expected.size(); k++) {
      System.arraycopy(chunk, 512, chunk, 0, 64);
      for (int i = 64; i < chunk.length; i++) {
        chunk[i] = wav.remaining() > 1 ? wav.getShort() / 32768f : 0;
      }
      var inputs = new LinkedHashMap<>(
          Map.of("input", OnnxTensor.of(chunk, 1, 576), "state", state));
      if (model.inputs().stream().anyMatch(input -> input.name().equals("sr"))) {
        inputs.put("sr", OnnxTensor.of(new long[] {16000}));
      }
      var outputs = model.run(inputs);
      state = outputs.get("stateN");
      double probability = Double.parseDouble(expected.get(k).split(",")[1]);
      largest = Math.max(largest,
          Math.abs(outputs.get("output").floats()[0] - probability));
    }
    print(file, expected.size() - 1, largest, start);
    assertThat(largest).isLessThanOrEqualTo(ALLOWED);
  }

  /// DTLN: frame by frame, the state carried.
  @ParameterizedTest
  @CsvSource({"model_1, input_2, input_3", "model_2, input_4, input_5"})
  void dtlnSuppressesNoise(String name, String input, String stateInput) throws IOException {
    var home = folder.resolve("pretrained-dtln");
    var model = OnnxModel.load(home.resolve(name + ".onnx"));
    var frames = OnnxTensor.read(home.resolve("reference/" + name + "_in.npy"));
    var expected = OnnxTensor.read(home.resolve("reference/" + name + "_out.npy")).floats();
    int count = frames.shape()[0];
    int size = frames.size() / count;
    var all = frames.floats();
    var state = OnnxTensor.of(new float[2 * 128 * 2], 1, 2, 128, 2);
    double largest = 0;
    long start = System.nanoTime();
    for (int k = 0; k < count; k++) {
      var frame = java.util.Arrays.copyOfRange(all, k * size, (k + 1) * size);
      var outputs = model.run(Map.of(input, OnnxTensor.of(frame, 1, 1, size), stateInput, state));
      var values = outputs.values().iterator();
      var first = values.next();
      var second = values.next();
      state = first.shape().length == 4 ? first : second;
      var answer = (first.shape().length == 4 ? second : first).floats();
      for (int i = 0; i < size; i++) {
        largest = Math.max(largest, Math.abs(answer[i] - expected[k * size + i]));
      }
    }
    var last = OnnxTensor.read(home.resolve("reference/" + name + "_state.npy")).floats();
    for (int i = 0; i < last.length; i++) {
      largest = Math.max(largest, Math.abs(state.floats()[i] - last[i]));
    }
    print(name, count, largest, start);
    assertThat(largest).isLessThanOrEqualTo(ALLOWED);
  }

  private static void print(String what, int runs, double largest, long start) {
    System.out.printf("%s: %d runs, largest difference %.2e, %.3f ms a run%n", what, runs, largest,
        (System.nanoTime() - start) / 1e6 / runs);
  }
}
