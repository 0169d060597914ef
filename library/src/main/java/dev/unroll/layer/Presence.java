package dev.unroll.layer;

/// Which steps of which sample are there.
final class Presence {
  private Presence() {}

  /// Whether step t of sample b is.
  static boolean of(Span span, int t, int b, int batch) {
    var present = span.present();
    return present == null || present.array()[present.offset() + t * batch + b] != 0;
  }
}
