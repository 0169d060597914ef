package dev.unroll.examples.quickstart;

import dev.unroll.series.Series;
import dev.unroll.task.detect.Detector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;

/// Learns what is normal for a server, and watches it, one value at a time.
final class WatchServer {
  static void train(Path csv, Path file) throws IOException {
    Detector.train(Series.csv(csv).time("timestamp").target("load")).save(file);
  }

  static int alarms(Path file, LocalDateTime start, double... values) throws IOException {
    var watch = Detector.load(file).watch();
    int alarms = 0;
    for (int i = 0; i < values.length; i++) {
      alarms += watch.next(start.plusHours(i), values[i]).alarm() ? 1 : 0;
    }
    return alarms;
  }
}
