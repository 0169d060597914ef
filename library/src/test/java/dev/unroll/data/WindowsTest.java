package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.Values.Features;
import org.junit.jupiter.api.Test;

class WindowsTest {
  /// Row t is (t, 10 t).
  private static final Features SERIES = new Features(
      new float[] {0, 0, 1, 10, 2, 20, 3, 30, 4, 40, 5, 50}, 2);

  private static float[] values(Values values) {
    return ((Features) values).values();
  }

  @Test
  void theNextStepsAsASequenceOrAsOneVector() {
    var windows = Windows.of(3, 2);
    var sequences = windows.sequences(SERIES);
    assertThat(sequences).hasSize(2);
    assertThat(values(sequences.get(1).input())).containsExactly(1, 10, 2, 20, 3, 30);
    assertThat(values(sequences.get(1).target())).containsExactly(4, 40, 5, 50);
    assertThat(sequences.get(1).target().length()).isEqualTo(2);
    var vectors = windows.vectors(SERIES);
    assertThat(vectors.get(0).target().length()).isEqualTo(1);
    assertThat(values(vectors.get(0).target())).containsExactly(3, 30, 4, 40);
  }

  @Test
  void someColumnsAndAStride() {
    var examples = new Windows(2, 1, 2, 1).sequences(SERIES);
    assertThat(examples).hasSize(2);
    assertThat(values(examples.get(1).input())).containsExactly(2, 20, 3, 30);
    assertThat(values(examples.get(1).target())).containsExactly(40);
  }

  @Test
  void theRowSomeStepsLaterAtEachStep() {
    var examples = new Windows(3, 2, 1, 0).stepByStep(SERIES);
    assertThat(examples).hasSize(2);
    assertThat(values(examples.get(0).target())).containsExactly(2, 3, 4);
    assertThat(values(examples.get(1).target())).containsExactly(3, 4, 5);
  }

  @Test
  void whatCannotBeCutIsNamed() {
    assertThat(Windows.of(4, 2).sequences(SERIES)).hasSize(1);
    assertThatThrownBy(() -> Windows.of(5, 2).sequences(SERIES))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The series has 6 steps, but input 5 and horizon 2 need at least 7; lower them, or "
                + "bring a longer series.");
    assertThatThrownBy(() -> new Windows(1, 1, 1, 2).vectors(SERIES))
        .hasMessage("Windows: column 2 is wanted as target, but the series has columns 0 … 1.");
    assertThatThrownBy(() -> Windows.of(0, 1))
        .hasMessage("Windows: input 0, horizon 1, stride 1, expected at least 1 each.");
  }

  @Test
  void oneHotRows() {
    var symbols = Values.Symbols.of(2, -1, 0);
    assertThat(symbols.oneHot(3).values()).containsExactly(0, 0, 1, 0, 0, 0, 1, 0, 0);
    assertThatThrownBy(() -> symbols.oneHot(2))
        .isInstanceOf(DataException.class)
        .hasMessage("Step 0 is symbol 2, expected -1 to 1 to make it one of 2 columns.");
  }
}
