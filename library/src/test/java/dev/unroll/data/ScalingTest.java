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
    assertThat(scaling.scale()).containsExactly(new double[] {1.6329932, 1, 2.1602469},
        within(1e-7));
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
    assertThat(Scaling.standard(List.of(data)).scale()[0]).isCloseTo(0.81649658, within(1e-8));
  }

  /// Seconds since 1970: as floats, which lie 128 apart there, all of them were one number or two.
  @Test
  void unixSecondsAreScaledBeforeTheyAreRounded() {
    double[] seconds = {1_700_000_000, 1_700_000_010, 1_700_000_020, 1_700_000_030};
    var data = Features.exact(seconds, 1);
    assertThat(data.values()[0]).isEqualTo(data.values()[1]);
    assertThat(Scaling.minMax(List.of(data)).apply(data).values())
        .containsExactly(new float[] {0, 1 / 3f, 2 / 3f, 1}, within(1e-7f));
    var scaling = Scaling.standard(List.of(data));
    assertThat(scaling.shift()).containsExactly(1_700_000_015);
    // √(15² + 5² + 5² + 15²) / 4
    assertThat(scaling.scale()).containsExactly(new double[] {11.180339887}, within(1e-8));
    var scaled = scaling.apply(data);
    assertThat(scaled.values()).containsExactly(
        new float[] {-1.34164079f, -0.44721360f, 0.44721360f, 1.34164079f}, within(1e-7f));
    var back = scaling.invert(scaled);
    for (int i = 0; i < seconds.length; i++) {
      assertThat(back.exact(i)).isCloseTo(seconds[i], within(1e-5));
    }
  }

  /// Windows and columns of a series keep their digits.
  @Test
  void windowsOfASeriesKeepTheDigits() {
    double[] numbers = new double[12];
    for (int t = 0; t < 6; t++) {
      numbers[2 * t] = t;
      numbers[2 * t + 1] = 1_700_000_000 + 10 * t;
    }
    var window = new Windows(2, 1, 1, 1).sequences(Features.exact(numbers, 2)).get(3);
    assertThat(((Features) window.input()).exact(3)).isEqualTo(1_700_000_040);
    assertThat(((Features) window.target()).exact(0)).isEqualTo(1_700_000_050);
    var ahead = Windows.of(2, 2).vectors(Features.exact(numbers, 2)).getFirst();
    assertThat(((Features) ahead.target()).columns()).isEqualTo(4);
    assertThat(((Features) ahead.target()).exact(3)).isEqualTo(1_700_000_030);
  }

  /// Of a column of 0.1 nothing but rounding errors may be left; they are not made as large as one.
  @Test
  void aConstantColumnStaysConstantInAllDigits() {
    double[] tenths = new double[1000];
    for (int i = 0; i < tenths.length; i++) {
      tenths[i] = i % 2 == 0 ? 0.3 : 0.1 + 0.2; // one unit in the last place apart
    }
    var data = Features.exact(tenths, 1);
    for (var scaling : List.of(Scaling.standard(List.of(data)), Scaling.minMax(List.of(data)))) {
      assertThat(scaling.scale()).containsExactly(1);
    }
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
