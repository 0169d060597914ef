package dev.unroll.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimingTest {
  @Test
  void medianLeastAndNinetiethPercentile() {
    var samples = IntStream.rangeClosed(1, 20).mapToObj(i -> 21.0 - i).toList();
    assertThat(Timing.of(samples, 20)).isEqualTo(new Timing(10.5, 1, 19, 20));
    assertThat(Timing.of(List.of(3.0, 1.0, 2.0), 6)).isEqualTo(new Timing(2, 1, 3, 6));
    assertThat(Timing.of(List.of(4.0), 1)).isEqualTo(new Timing(4, 4, 4, 1));
  }
}
