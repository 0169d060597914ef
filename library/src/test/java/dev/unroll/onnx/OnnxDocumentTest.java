package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The list of operators in `docs/onnx.md` is the one of the code: `unroll onnx info --operators`.
class OnnxDocumentTest {
  @Test
  void listsTheOperators() throws IOException {
    var text = Files.readString(Path.of("../docs/onnx.md")).replaceAll("\\s+", " ");
    assertThat(text).contains(" " + String.join(", ", OnnxModel.supportedOperators()) + " ");
  }
}
