package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The node tests of ONNX itself, `src/test/resources/dev/unroll/onnx/node`.
class OnnxNodeTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/unroll/onnx/node");

  /// The expected values are of float32, and were computed in another order.
  private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

  static List<Path> folders() throws IOException {
    try (var folders = Files.list(FOLDER)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  @Test
  void areThere() throws IOException {
    assertThat(folders()).hasSize(9);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void passes(Path folder) throws IOException {
    var model = OnnxModel.load(folder.resolve("model.onnx"));
    var data = folder.resolve("test_data_set_0");
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    int k = 0;
    for (var input : model.inputs()) {
      inputs.put(input.name(), OnnxTensor.read(data.resolve("input_%d.pb".formatted(k++))));
    }
    k = 0;
    for (var output : model.run(inputs).values()) {
      var expected = OnnxTensor.read(data.resolve("output_%d.pb".formatted(k++)));
      assertThat(output.toString()).isEqualTo(expected.toString());
      assertThat(output.floats()).containsExactly(expected.floats(), ROUNDING);
    }
    assertThat(k).isPositive();
  }
}
