package dev.unroll.task.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.series.TimeStep;
import dev.unroll.series.Track;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What stands where in a window; all sizes differ.
class WindowViewsTest {
  private static final int L = 6;
  private static final int N = 5;
  private static final int P = 3;

  private static Channels.Channel channel(int number, int length, float first, BitSet missing) {
    var values = new float[length];
    var past = new float[1][length];
    var known = new float[1][length + N];
    var calendar = new float[2 * (length + N + P)];
    for (int t = 0; t < length + N + P; t++) {
      if (t < length) {
        values[t] = first + t;
        past[0][t] = 1000 + t;
      }
      if (t < length + N) {
        known[0][t] = 2000 + t;
      }
      calendar[2 * t] = 3000 + t;
      calendar[2 * t + 1] = 4000 + t;
    }
    var track = new Track("", TimeStep.NONE, 1, false, new double[][] {new double[length]});
    return new Channels.Channel(track, "a", 0, number, new Scale("", "a", 0, 1, 1), values, missing,
        past,
        known, calendar);
  }

  @Test
  void everyNumberStandsWhereTheDescriptionSays() {
    var missing = new BitSet();
    missing.set(4);
    missing.set(13);
    var channels = new Channels(List.of(channel(0, 20, 100, null), channel(1, 17, 500, missing)));
    var shape = new Shape(L, N, P, 4, Anchor.LAST, false, 1, 1, true, 2, 2);
    assertThat(shape.segments()).isEqualTo(2 + 2);
    assertThat(shape.features()).isEqualTo(9 + 1 + 2 + 2 + 1);
    var views = new WindowViews(channels, shape, new int[] {8, 0}, new int[] {15, 17}, 2);
    // Channel 0 asks from 8 and 10 on; channel 1 from 6, 8, 10 and 12 on.
    assertThat(views.count()).isEqualTo(2 + 4);
    assertThat(views.channel(1)).isZero();
    assertThat(views.origin(1)).isEqualTo(10);
    assertThat(views.channel(2)).isEqualTo(1);
    assertThat(views.origin(2)).isEqualTo(6);
    assertThat(views.origin(5)).isEqualTo(12);

    int stride = 7 + views.features();
    var x = new float[2 + 4 * stride];
    views.input(4, x, 2, stride); // channel 1, origin 10, window 4 … 9
    assertThat(row(x, 2, 15)).containsExactly(
        -5, -4, -3, 1004, 1005, 1006, 2004, 2005, 2006, 1 - 1f / 3, 3004, 4004, 0, 1, 0);
    assertThat(row(x, 2 + stride, 15)).containsExactly(
        -2, -1, 0, 1007, 1008, 1009, 2007, 2008, 2009, 1, 3007, 4007, 0, 1, 0);
    assertThat(row(x, 2 + 2 * stride, 15)).containsExactly(
        0, 0, 0, 0, 0, 0, 2010, 2011, 2012, 0, 3010, 4010, 0, 1, 1);
    assertThat(row(x, 2 + 3 * stride, 15)).containsExactly(
        0, 0, 0, 0, 0, 0, 2013, 2014, 2015, 0, 3013, 4013, 0, 1, 1);
    assertThat(row(x, 2 + 15, 7)).as("between the rows").containsOnly(0);

    var y = new float[1 + N];
    views.target(4, y, 1);
    assertThat(y).containsExactly(0, 1, 2, 3, Float.NaN, 5);
  }

  @Test
  void theAnchorAndTheSpreadAreThoseOfTheWindow() {
    var channels = new Channels(List.of(channel(0, 20, 100, null)));
    var base = new float[N];
    var season = new Shape(L, N, P, 4, Anchor.SEASON, true, 1, 1, false, 2, 1);
    float spread = channels.base(0, 10, season, base, 0);
    assertThat(base).containsExactly(106, 107, 108, 109, 106);
    // Of 104 … 109 the variance is 35 / 12.
    assertThat(spread).isEqualTo((float) Math.sqrt(35 / 12.0));
    channels.base(0, 10, new Shape(L, N, P, 4, Anchor.MEAN, true, 1, 1, false, 2, 1), base, 0);
    assertThat(base).containsOnly(106.5f);
  }

  private static float[] row(float[] x, int from, int length) {
    return java.util.Arrays.copyOfRange(x, from, from + length);
  }
}
