package dev.unroll.app.studio.learn;

import dev.unroll.inspect.surface.Cliff;
import dev.unroll.inspect.surface.Cliff.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Descents on the smallest surface with a cliff, with and without clipping.
public final class CliffDescent {
  private static final int STEPS = 500;

  private CliffDescent() {}

  /// Both descents from a place.
  ///
  /// @param clip the largest norm of the clipped one
  /// @throws IllegalArgumentException if a number is out of range
  public static SequencedMap<String, Object> from(double w, double b, double rate, double clip) {
    if (!(Math.abs(w) <= 20 && Math.abs(b) <= 20) || !(rate > 0 && rate <= 10)
        || !(clip > 0 && clip <= 1_000)) {
      throw new IllegalArgumentException("from w %s, b %s with rate %s and clip %s; these are out"
          .formatted(w, b, rate, clip) + " of the picture");
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("clipped", path(Cliff.PASCANU.descend(w, b, rate, clip, STEPS)));
    fields.put("plain", path(Cliff.PASCANU.descend(w, b, rate, 0, STEPS)));
    return fields;
  }

  private static List<Object> path(List<Point> points) {
    var path = new ArrayList<Object>();
    for (var point : points) {
      path.add(List.<Object>of(point.w(), point.b(), point.loss(), point.norm()));
    }
    return path;
  }
}
