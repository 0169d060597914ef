package dev.unroll.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.data.Values.Features;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {
  private static final Features DATA = Features
      .ofRows(new float[] {2, 7, -1}, new float[] {4, 7, 0}, new float[] {6, 7, 4});

  @Test
  void standardHasMeanZeroAndVarianceOne() {
    var scaling = Scaling.standard(List.of(DATA));
    assertThat(scaling.shift()).containsExactly(4, 7, 1);
    // √(8/3), a constant column, √(14/3)
    assertThat(scaling.scale()).containsExactly(new float[] {1.6329932f, 1, 2.1602469f},
        within(1e-6f));
    float[] values = scaling.apply(DATA).values();
    for (int c = 0; c < 3; c++) {
      double sum = values[c] + values[c + 3] + values[c + 6];
      assertThat(sum).isCloseTo(0, within(1e-6));
    }
    assertThat(scaling.invert(scaling.apply(DATA)).values())
        .containsExactly(DATA.values(), within(1e-6f));
  }

  @Test
  void minMaxGoesFromZeroToOne() {
    var scaling = Scaling.minMax(List.of(DATA));
    assertThat(scaling.apply(DATA).values())
        .containsExactly(new float[] {0, 0, 0, 0.5f, 0, 0.2f, 1, 0, 1}, within(1e-7f));
    assertThat(scaling.of(2).shift()).containsExactly(-1);
    assertThat(scaling.of(2, 0).scale()).containsExactly(5, 4);
  }

  @Test
  void aLargeMeanLosesNoDigits() {
    var data = Features.of(1_000_000, 1_000_001, 1_000_002);
    // √(2/3)
    assertThat(Scaling.standard(List.of(data)).scale()[0]).isCloseTo(0.81649658f, within(1e-6f));
  }

  @Test
  void badDataIsNamed() {
    assertThatThrownBy(
        () -> Scaling.standard(List.of(DATA, Features.ofRows(new float[] {1, Float.NaN, 3}))))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Sample 1 (the first is 0): the data at step 0, column 1 is NaN");
    assertThatThrownBy(() -> Scaling.minMax(List.of()))
        .hasMessage("Scaling: there is no row to fit to, expected at least one.");
    assertThatThrownBy(() -> Scaling.minMax(List.of(DATA)).apply(Features.of(1)))
        .hasMessage("Scaling: the data have 1 columns, but the scale was fitted to 3.");
  }
}
