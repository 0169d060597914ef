package dev.unroll.kafka;

import java.nio.file.Path;
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
    IO.println(new KilledInstances(1, 4_000, 500, 4, "classic").run(folder));
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void manyKilledInstancesLoseAndRepeatNothing(String protocol) throws Exception {
    IO.println(new KilledInstances(12, 20_000, 500, 8, protocol).run(folder));
  }
}
