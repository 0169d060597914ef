package dev.unroll.app.studio.runs;

import dev.unroll.app.run.report.Curves.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// The curves of a run as lists of numbers with five digits.
final class RunCurves {
  private static final int DIGITS = 5;

  /// Below that a power of ten of five digits less is no longer exact.
  private static final double LEAST = 1e-9;
  private static final int SPARK = 48;
  private static final int LOOKS = 200;

  private RunCurves() {}

  /// All curves.
  static SequencedMap<String, Object> of(List<Point> points) {
    var curves = losses(points);
    curves.put("norm", numbers(points, Point::norm));
    curves.put("largestNorm", numbers(points, Point::largestNorm));
    curves.put("clippedNorm", numbers(points, Point::clippedNorm));
    curves.put("clipped", numbers(points, point -> (double) point.clipped() / point.steps()));
    curves.put("learningRate", numbers(points, Point::learningRate));
    curves.put("perSecond", numbers(points, point -> point.characters() / point.seconds()));
    curves.put("updates", updates(points));
    return curves;
  }

  /// The update-to-weight ratios of the points that have some, with the index of each point.
  private static SequencedMap<String, Object> updates(List<Point> points) {
    var places = IntStream.range(0, points.size())
        .filter(i -> !Double.isNaN(points.get(i).effect().cosine())).boxed().toList();
    var known = places.stream().map(points::get).toList();
    var names = new LinkedHashSet<String>();
    known.forEach(point -> names.addAll(point.effect().ratios().keySet()));
    var ratios = new LinkedHashMap<String, Object>();
    for (var name : names) {
      ratios.put(name, numbers(known,
          point -> point.effect().ratios().getOrDefault(name, Double.NaN)));
    }
    var updates = new LinkedHashMap<String, Object>();
    updates.put("places", places);
    updates.put("ratios", ratios);
    return updates;
  }

  /// The loss by step and by time.
  static SequencedMap<String, Object> losses(List<Point> points) {
    var curves = new LinkedHashMap<String, Object>();
    curves.put("step", points.stream().<Object>map(Point::step).toList());
    var time = new ArrayList<Object>();
    double passed = 0;
    for (var point : points) {
      passed += point.seconds();
      time.add(rounded(passed));
    }
    curves.put("time", time);
    curves.put("loss", numbers(points, Point::loss));
    return curves;
  }

  private static List<Object> numbers(List<Point> points, ToDoubleFunction<Point> value) {
    return points.stream().<Object>map(point -> rounded(value.applyAsDouble(point))).toList();
  }

  /// NaN and infinities stay, which JSON writes as null.
  private static double rounded(double value) {
    if (!Double.isFinite(value) || Math.abs(value) < LEAST) {
      return value;
    }
    double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) + 1 - DIGITS);
    return unit >= 1 ? Math.rint(value / unit) * unit
        : Math.rint(value / unit) / Math.rint(1 / unit);
  }

  /// The loss in few numbers, each the mean of some points.
  static List<Object> spark(List<Point> points) {
    var spark = new ArrayList<Object>();
    int n = Math.min(SPARK, points.size());
    for (int i = 0; i < n; i++) {
      int from = i * points.size() / n;
      int to = (i + 1) * points.size() / n;
      spark.add(rounded(points.subList(from, to).stream().mapToDouble(Point::loss).average()
          .orElse(Double.NaN)));
    }
    return spark;
  }

  /// At most so many of a list, evenly, with the last.
  static <T> List<T> thinned(List<T> all) {
    int every = Math.ceilDiv(all.size(), LOOKS);
    if (every <= 1) {
      return all;
    }
    var some = new ArrayList<T>();
    for (int i = (all.size() - 1) % every; i < all.size(); i += every) {
      some.add(all.get(i));
    }
    return some;
  }
}
