package dev.unroll.layer.run;

import dev.unroll.layer.Span;

/// Which steps of which sample are there.
public final class Presence {
  private Presence() {}

  /// Whether step t of sample b is.
  public static boolean of(Span span, int t, int b, int batch) {
    var present = span.present();
    return present == null || present.array()[present.offset() + t * batch + b] != 0;
  }
}
