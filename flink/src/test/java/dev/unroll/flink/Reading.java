package dev.unroll.flink;

import dev.unroll.stream.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a device measured.
///
/// @param id the place in the stream
public record Reading(String device, long time, long id, float a, float b, float c) {
  static final Features<Reading> FEATURES = (reading, row) -> row.set(0, reading.a())
      .set(1, reading.b()).set(2, reading.c());

  /// The features, the last of which is the seconds since the last event of the device.
  static final Features<Reading> WITH_GAP = (reading, row) -> row.set(0, reading.a())
      .set(1, reading.b()).set(2, row.gap() / 1000);

  /// Readings of `devices` devices in the order of time, 1 ms apart.
  static List<Reading> some(int n, int devices, long seed) {
    var random = new Random(seed);
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < n; i++) {
      readings.add(new Reading("device" + random.nextInt(devices), 1000 + i, i,
          random.nextFloat(-1, 1), random.nextFloat(-1, 1), random.nextFloat(-1, 1)));
    }
    return readings;
  }
}
