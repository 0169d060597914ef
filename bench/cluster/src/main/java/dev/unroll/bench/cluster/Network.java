package dev.unroll.bench.cluster;

import java.util.Locale;

/// A network.
///
/// @param bits a second that a machine sends and receives; infinite for none but the loopback
/// @param latency in seconds
record Network(double bits, double latency) {
  static final Network LOOPBACK = new Network(Double.POSITIVE_INFINITY, 0);

  static Network of(double megabits, double milliseconds) {
    return new Network(1e6 * megabits, milliseconds / 1e3);
  }

  boolean isSimulated() {
    return Double.isFinite(bits);
  }

  /// The seconds that bytes are on the wire.
  double seconds(double bytes) {
    return 8 * bytes / bits;
  }

  @Override
  public String toString() {
    if (!isSimulated()) {
      return "loopback";
    }
    var speed = bits >= 1e9 ? String.format(Locale.ROOT, "%.0f Gbit/s", bits / 1e9)
        : String.format(Locale.ROOT, "%.0f Mbit/s", bits / 1e6);
    return String.format(Locale.ROOT, "%s, %.2g ms", speed, 1e3 * latency);
  }
}
