package dev.unroll.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextSplitTest {
  @Test
  void theFirstNineTenthsAreForTraining() {
    assertThat(TextSplit.of("0123456789abc")).isEqualTo(new TextSplit("0123456789a", "bc"));
    assertThat(TextSplit.of("0123456789", 0.5)).isEqualTo(new TextSplit("01234", "56789"));
    assertThat(TextSplit.of("0123", 1)).isEqualTo(new TextSplit("0123", ""));
  }

  @Test
  void noCharacterIsCutInTwo() {
    assertThat(TextSplit.of("😀😀a", 0.5)).isEqualTo(new TextSplit("😀", "😀a"));
  }

  @Test
  void anEmptyTextHasTwoEmptyParts() {
    assertThat(TextSplit.of("")).isEqualTo(new TextSplit("", ""));
  }

  @Test
  void fractionsOutsideAreRefused() {
    for (double fraction : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> TextSplit.of("abc", fraction))
          .hasMessage(
              "TextSplit: the fraction to train on is %s, expected above 0 and at most 1."
                  .formatted(fraction));
    }
  }
}
