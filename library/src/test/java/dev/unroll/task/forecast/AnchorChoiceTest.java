package dev.unroll.task.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.series.Calendar;
import dev.unroll.series.Series;
import dev.unroll.task.window.Anchor;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.Shape;
import dev.unroll.tensor.CounterRandom;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnchorChoiceTest {
  private static Anchor choice(int n, IntToDoubleFunction value) {
    var series = Series.of(IntStream.range(0, n).mapToDouble(value).toArray());
    var channels = new ChannelBuilder(List.of("value"), List.of(), List.of(),
        new Calendar(List.of()), 6, 12, List.of()).of(series);
    var shape = new Shape(24, 6, 12, 12, Anchor.LAST, true, 0, 0, false, 0, 1);
    return AnchorChoice.of(channels, shape, new int[] {n});
  }

  @Test
  void theAnchorIsTheNaiveForecastThatWasBest() {
    var random = CounterRandom.of(3).stream("anchor");
    assertThat(choice(300, t -> t)).isEqualTo(Anchor.LAST);
    assertThat(choice(300, t -> random.normal(0, t))).isEqualTo(Anchor.MEAN);
    assertThat(choice(300, t -> Math.sin(2 * Math.PI * t / 12))).isEqualTo(Anchor.SEASON);
  }

  @Test
  void withManyWindowsTheSeasonIsLearned() {
    assertThat(choice(3000, t -> Math.sin(2 * Math.PI * t / 12))).isNotEqualTo(Anchor.SEASON);
  }
}
