package dev.unroll.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTailTest {

  /// `math.erfc(z / math.sqrt(2))` of Python 3.11.
  @ParameterizedTest
  @CsvSource({"0, 1", "0.5, 0.6170750774519738", "1, 0.31731050786291415",
    "1.959963984540054, 0.05", "2.999, 0.002708673067454213", "3, 0.0026997960632601913",
    "5, 5.733031437583892e-07", "8, 1.2441921148543639e-15", "20, 5.507248237212663e-89"})
  void theTailIsThatOfPython(double z, double expected) {
    assertThat(NormalTail.twoSided(z)).isCloseTo(expected, within(1e-12 * expected + 1e-16));
    assertThat(NormalTail.quantile(expected)).isCloseTo(z, within(1e-9));
  }

  @Test
  void whatIsNoProbabilityIsRefused() {
    assertThatThrownBy(() -> NormalTail.quantile(0)).hasMessageContaining("the probability is 0.0");
    assertThatThrownBy(() -> NormalTail.twoSided(-1)).hasMessageContaining("z is -1.0");
  }
}
