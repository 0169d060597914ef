package dev.unroll.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.server.repository.ModelPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that are no models.
class ServedFileTest {
  @TempDir
  private Path folder;

  /// A text was a damaged ONNX file: `field 13 has wire type 7`.
  @ParameterizedTest
  @CsvSource({"wiki.txt, The history of", "report.html, <!DOCTYPE html>", "table.onnx, 'a,b'"})
  void aTextIsNoOnnxFile(String name, String text) throws IOException {
    var file = Files.writeString(folder.resolve(name), text + "\n");
    assertThatThrownBy(() -> UnrollServer.start(Running.options(),
        List.of(ModelPlace.of(file.toString(), Path.of(""))))).isInstanceOf(IOException.class)
        .hasMessageContaining("is a text, not a model file").hasMessageNotContaining("wire type");
  }

  /// A sentence that ends by a full stop went on behind a semicolon.
  @Test
  void whatIsNotServedIsToldInOneSentence() throws IOException {
    Files.write(Running.models(folder).resolve("none.onnx"), new byte[] {0x6A, 7, 1, 2, 3});
    var log = new ArrayList<String>();
    var options = Running.options();
    try (var server = UnrollServer.start(options.logs(null, log::add),
        List.of(ModelPlace.of(folder.toString(), Path.of(""))))) {
      assertThat(server.port()).isPositive();
    }
    assertThat(log).anyMatch(line -> line.contains("none.onnx cannot be loaded"))
        .noneMatch(line -> line.contains(".;"));
  }
}
