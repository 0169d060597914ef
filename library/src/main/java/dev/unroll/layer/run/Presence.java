package dev.unroll.layer.run;

/// Reads the input mask of a span.
public final class Presence {
  private Presence() {}

  /// Whether step t of sample b is in the input mask.
  public static boolean of(Span span, int t, int b, int batch) {
    var present = span.present();
    return present == null || present.array()[present.offset() + t * batch + b] != 0;
  }
}
