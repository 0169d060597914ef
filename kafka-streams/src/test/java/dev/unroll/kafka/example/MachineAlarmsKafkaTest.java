package dev.unroll.kafka.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example in a small setting.
@Tag("broker")
class MachineAlarmsKafkaTest {
  @Test
  void theMachineWithoutCoolingIsFound(@TempDir Path folder) throws Exception {
    var alarms = MachineAlarmsKafka.run(100, 104, 2, folder);
    assertThat(alarms).anyMatch(it -> it.startsWith("machine 99: "));
    assertThat(alarms.stream().filter(it -> !it.startsWith("machine 99: "))).hasSizeLessThan(20);
  }
}
