package dev.unroll.app.bench;

import dev.unroll.format.json.Json;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The roofs of this machine at a glance: the peak, and the bandwidth for sizes from the first
/// cache to memory.
///
/// @param gflops billions of floating-point operations a second
/// @param reads billions of bytes a second, by the size of the working set in bytes
record RoofSweep(String loops, double gflops, SequencedMap<Long, Double> reads) {
  private static final double PEAK_SECONDS = 0.2;
  private static final double READ_SECONDS = 0.03;
  private static final long SMALLEST = 16 << 10;
  private static final long LARGEST = 256 << 20;
  private static final int COLUMNS = 4;

  /// Measures the roofs, in about two seconds.
  public static RoofSweep measure(Roofline roofline) {
    double peak = roofline.peak(PEAK_SECONDS);
    var reads = new LinkedHashMap<Long, Double>();
    long most = Math.min(LARGEST, Runtime.getRuntime().maxMemory() / 8);
    for (long bytes = SMALLEST; bytes <= most; bytes *= 2) {
      reads.put(bytes, roofline.bandwidth(bytes, READ_SECONDS) / 1e9);
    }
    roofline.release();
    return new RoofSweep(roofline.loops(), peak / 1e9, reads);
  }

  /// A line of JSON.
  public String json(int threads) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("loops", loops);
    fields.put("threads", threads);
    fields.put("peakGflops", BenchReport.round(gflops));
    var sizes = new LinkedHashMap<String, Object>();
    reads.forEach((bytes, rate) -> sizes.put(Long.toString(bytes), BenchReport.round(rate)));
    fields.put("readGBs", sizes);
    return Json.write(fields);
  }

  /// Lines for people.
  @Override
  public String toString() {
    var text = new StringBuilder("multiply-adds   %.1f GFLOP/s\nreading      ".formatted(gflops));
    int column = 0;
    for (var read : reads.entrySet()) {
      text.append(column++ % COLUMNS > 0 ? " " : column > 1 ? "\n             " : "");
      text.append("%7s %6.1f GB/s".formatted(BenchReport.bytes(read.getKey()), read.getValue()));
    }
    return text.toString();
  }
}
