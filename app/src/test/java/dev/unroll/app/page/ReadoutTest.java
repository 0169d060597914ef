package dev.unroll.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `short` of `base.js` shows; `page.test.js` holds it to the same numbers.
class ReadoutTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"0.16714 | 0.1671", "0.16666666 | 0.1667", "0 | 0",
    "-0.00123456 | −0.001235", "1224.98 | 1,225", "1234567 | 1,234,567", "0.001 | 0.001",
    "0.00000105 | 1.05·10⁻⁶", "1e-7 | 10⁻⁷", "2.5e9 | 2.5·10⁹", "NaN | –", "0.5 | 0.5"})
  void aNumberIsAsThePageShowsIt(double value, String text) {
    assertThat(Readout.of(value)).isEqualTo(text);
  }
}
