package dev.unroll.series;

import dev.unroll.data.DataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Rows of several series that nobody has told apart: many rows have the same time stamp. They must
/// not overwrite each other.
final class Repeats {
  /// The share of repeated stamps that may be a mistake here and there.
  private static final double FEW = 0.05;

  private Repeats() {}

  /// The column that tells the rows of each time stamp apart; null if next to no stamp is repeated.
  ///
  /// @param free whether a column has no role
  /// @param targetsAreGiven whether no other column needs to be left to be forecast
  /// @throws DataException if many are repeated, and no column tells them apart
  static @Nullable String id(SeriesRows columns, long[] stamps, Predicate<String> free,
      boolean targetsAreGiven) {
    long repeated = repeated(stamps);
    if (repeated == 0) {
      return null;
    }
    String best = null;
    int fewest = Integer.MAX_VALUE;
    String near = null;
    long least = repeated / 2;
    boolean bestIsText = false;
    for (var name : columns.names()) {
      boolean isText = !columns.isNumeric(name);
      if (!free.test(name) || !isText && !isCode(columns.numbers(name))) {
        continue;
      }
      var texts = columns.texts(name);
      int kinds = kinds(texts);
      if (kinds < 2 || 2L * kinds > stamps.length) {
        continue;
      }
      long left = repeated(texts, stamps);
      boolean better = isText && !bestIsText || isText == bestIsText && kinds < fewest;
      if (left == 0 && better && (targetsAreGiven || leavesNumbers(columns, name, free))) {
        best = name;
        fewest = kinds;
        bestIsText = isText;
      } else if (left < least) {
        near = name;
        least = left;
      }
    }
    if (best == null) {
      throw new DataException(
          ("%s: %d of %d rows have the time stamp of another row; if they are of several series, "
              + "name the column that tells them apart by %s, or make one value of them by "
              + "step(\"1d\")").formatted(columns.source(), repeated, stamps.length,
                  near == null ? "id(…)" : "id(\"%s\")".formatted(near)));
    }
    return best;
  }

  /// The number of rows with the stamp of another one; 0 if they are few, or an hour that is
  /// repeated at the end of summer time.
  private static long repeated(long[] stamps) {
    var sorted = stamps.clone();
    Arrays.sort(sorted);
    long repeated = 0;
    for (int i = 1; i < sorted.length; i++) {
      repeated += sorted[i] == sorted[i - 1] ? 1 : 0;
    }
    if (repeated <= Math.max(1, FEW * stamps.length) || sorted[0] == sorted[sorted.length - 1]) {
      return 0;
    }
    var step = TimeStep.between(sorted);
    return repeated <= TimeStep.HOUR / Math.max(1, step.duration(1)) ? 0 : repeated;
  }

  private static long repeated(List<String> texts, long[] stamps) {
    Map<String, Set<Long>> seen = new HashMap<>();
    long repeated = 0;
    for (int row = 0; row < stamps.length; row++) {
      boolean isNew =
          seen.computeIfAbsent(texts.get(row), _ -> new HashSet<>()).add(stamps[row]);
      repeated += isNew ? 0 : 1;
    }
    return repeated;
  }

  private static int kinds(List<String> texts) {
    return new HashSet<>(texts).size();
  }

  /// Whether numbers are those of few series: whole, and each of them often.
  private static boolean isCode(double[] values) {
    var kinds = new HashSet<Double>();
    for (double value : values) {
      if (value != Math.rint(value) || kinds.size() * 5L > values.length) {
        return false;
      }
      kinds.add(value);
    }
    return true;
  }

  private static boolean leavesNumbers(SeriesRows columns, String id, Predicate<String> free) {
    return columns.names().stream()
        .anyMatch(name -> !name.equals(id) && free.test(name) && columns.isNumeric(name));
  }
}
