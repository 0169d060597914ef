package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Constants that no float holds were accepted, and training ended with NaN.
class FiniteConstantsTest {

  @ParameterizedTest
  @CsvSource({
    "log(0),                minus infinity",
    "log(0 * x),            minus infinity",
    "sqrt(-4),              no number",
    "exp(100),              infinite",
    "3e38 * 10,             infinite",
    "(-3e38 - 3e38),        minus infinity",
    "log(1 - exp(0)),       minus infinity",
  })
  void constantsThatNoFloatHoldsAreRefused(String constant, String what) {
    assertThatThrownBy(() -> Cell.parse("h' = tanh(W x + U h + b) + " + constant))
        .isInstanceOf(CellException.class)
        .hasMessageContaining("is " + what + " as a float")
        .hasMessageContaining("correct the constants");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp(88)", "log(1e-30)", "sqrt(0)", "3e37 * 10", "0.5 / 1e-30",
    "log(1 + x * x)"})
  void othersAreNot(String constant) {
    assertThat(Cell.parse("h' = tanh(W x + U h + b) + 0 * (" + constant + ") * W x")).isNotNull();
  }
}
