package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTest {

  static Set<String> names() {
    return Golden.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyFileSaysWhereItIsFromAndHoldsFiniteNumbers(String name) {
    Golden golden = Golden.load(name);

    assertThat(golden.name()).isEqualTo(name);
    assertThat(golden.origin()).startsWith(name.startsWith("torch-") ? "libtorch" : "ONNX Runtime");
    assertThat(golden.command()).isEqualTo("dev/golden");
    assertThat(golden.notes()).isNotBlank();
    assertThat(golden.tensors()).hasSizeGreaterThanOrEqualTo(3);
    golden
        .tensors()
        .forEach(
            (key, tensor) -> {
              assertThat(tensor.values()).as(key).isNotEmpty();
              for (double value : tensor.values()) {
                assertThat(value).as(key).isFinite();
              }
            });
  }

  @Test
  void theIndexNamesEveryFile() throws IOException, URISyntaxException {
    var index = Objects.requireNonNull(Golden.class.getResource("golden/index.txt"));
    try (var files = Files.list(Path.of(index.toURI()).getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(file -> !file.equals("index.txt"))
          .containsExactlyInAnyOrderElementsOf(
              Golden.names().stream().map(name -> name + ".json").toList());
    }
    assertThat(Golden.names()).hasSize(36);
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThatExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Golden.load("torch-lstn"))
        .withMessageStartingWith(
            "unknown golden file \"torch-lstn\", there are onnx-export, onnx-gru")
        .withMessageContaining("torch-lstm, torch-lstm-2-layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Golden.load("torch-adam").tensor("m"))
        .withMessage(
            "unknown tensor of torch-adam \"m\", there are after, before, gradients");
  }

  @Test
  void aShapeThatDoesNotFitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GoldenTensor(new int[] {2, 3}, new double[5]))
        .withMessage("golden tensor: shape [2, 3] needs 6 values, the file has 5");
  }
}
