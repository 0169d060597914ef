package dev.unroll.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `exactly_once_v2` against a broker of Kafka itself: instances are killed with SIGKILL while they
/// score, and every key's results are those of one run without failures, bit for bit.
@Tag("broker")
class ExactlyOnceTest {
  @TempDir
  Path folder;

  @Test
  void aKilledInstanceLosesAndRepeatsNothing() throws Exception {
    assertExactlyOnce(new KilledInstances(1, 4_000, 500, 4, "classic"));
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void manyKilledInstancesLoseAndRepeatNothing(String protocol) throws Exception {
    assertExactlyOnce(new KilledInstances(12, 20_000, 500, 8, protocol));
  }

  private void assertExactlyOnce(KilledInstances instances) throws Exception {
    var outcome = instances.run(folder);
    assertThat(outcome.results()).isEqualTo(outcome.sent());
    assertThat(outcome.expected().values().stream().mapToLong(List::size).sum())
        .isEqualTo(outcome.sent());
    Events.requireSame(outcome.expected(), outcome.found());
    IO.println("%s: %d events, none lost or twice; %d results taken back".formatted(instances,
        outcome.sent(), outcome.takenBack()));
  }
}
