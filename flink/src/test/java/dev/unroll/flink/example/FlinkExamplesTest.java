package dev.unroll.flink.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples in a small setting.
class FlinkExamplesTest {
  @Test
  void machinesWithoutCoolingAreFound(@TempDir Path folder) throws Exception {
    var csv = new StringBuilder("timestamp,value\n");
    var random = new Random(1);
    var start = LocalDateTime.of(2026, 1, 1, 0, 0);
    int n = 24 * 32;
    for (int hour = 0; hour < n; hour++) {
      double heat = hour == n - 10 ? 40 : 0;
      csv.append(start.plusHours(hour)).append(',').append(60
          + 8 * Math.sin(hour * Math.PI / 12) + random.nextGaussian() + heat).append('\n');
    }
    var file = Files.writeString(folder.resolve("temperatures.csv"), csv);
    var alarms = MachineAlarms.run(file, 20, n, 2);
    assertThat(alarms.stream().filter(alarm -> alarm.temperature() > 85)
        .map(MachineAlarms.Alarm::machine)).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void robotsAreFound() throws Exception {
    var odd = NextClick.run(50, 300, 12);
    assertThat(odd.keySet()).filteredOn(visitor -> visitor % 10 == 9).hasSizeGreaterThan(3);
    assertThat(odd.keySet()).filteredOn(visitor -> visitor % 10 != 9).hasSizeLessThan(5);
  }
}
