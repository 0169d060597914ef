package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.onnx.OnnxModel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every exported model, read back, predicts what the library predicts.
class OnnxExportTest {
  /// Products are added up in another order, and then go through some steps.
  private static final float ROUNDING = 1e-6f;

  static List<ExportCase> cases() {
    return ExportCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readBackItPredictsTheSame(ExportCase it) throws IOException {
    var expected = it.expected();
    var actual = it.actual((model, inputs) -> OnnxModel.read(model).run(inputs));
    float largest = 0;
    for (float y : expected) {
      largest = Math.max(largest, Math.abs(y));
    }
    assertThat(actual).as(it.name())
        .containsExactly(expected, within(ROUNDING * Math.max(1, largest)));
  }
}
