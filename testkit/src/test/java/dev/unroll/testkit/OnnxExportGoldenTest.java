package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What ONNX Runtime computes with exported models is what the library computes with them.
class OnnxExportGoldenTest {
  /// Other orders of summation, and other approximations of sigmoid and tanh.
  private static final float FLOAT_ERROR = 1e-5f;

  private static final Golden GOLDEN = Golden.load("onnx-export");

  static List<ExportCase> cases() {
    return ExportCases.golden();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onnxRuntimePredictsTheSame(ExportCase it) {
    assertThat(GOLDEN.tensor(it.name()).floats()).containsExactly(it.expected(),
        within(FLOAT_ERROR));
    if (it.isChain()) {
      assertThat(GOLDEN.tensor(it.name() + ": classes").floats()).containsExactly(it.classes());
    }
  }

  @Test
  void everyKeptCaseIsCompared() {
    assertThat(cases()).map(ExportCase::name).containsExactlyInAnyOrderElementsOf(
        GOLDEN.tensors().keySet().stream().filter(name -> !name.endsWith(": classes")).toList());
  }
}
