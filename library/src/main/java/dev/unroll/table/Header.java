package dev.unroll.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.data.text.EditDistance;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.text.Decimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/// The names of the columns of a table.
final class Header {
  /// The number of columns that a message names.
  private static final int MOST_NAMED = 20;

  private Header() {}

  /// @throws DataException if a name occurs twice, or there are numbers instead of names
  static void check(String file, List<String> names) {
    var places = new HashMap<String, Integer>();
    for (int i = 0; i < names.size(); i++) {
      var before = names.get(i).isEmpty() ? null : places.put(names.get(i), i);
      if (before != null) {
        throw new DataException(
            "%s names two columns \"%s\", %d and %d; give each a name of its own."
                .formatted(file, Excerpt.of(names.get(i)), before + 1, i + 1));
      }
    }
    if (!names.isEmpty() && names.stream().allMatch(Header::isNumber) && !areCounted(names)) {
      throw new DataException(
          "%s has no head: its first line is \"%s\"; put a line with names above it."
              .formatted(file, Excerpt.of(String.join(",", names))));
    }
  }

  /// Whether columns are named 0, 1, 2 …, as programs name columns without names.
  private static boolean areCounted(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).equals(Integer.toString(i))) {
        return false;
      }
    }
    return names.size() > 1;
  }

  private static boolean isNumber(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return !Double.isNaN(Decimal.parse(bytes, 0, bytes.length));
  }

  /// The name of a column; one without a name gets its number.
  static String name(List<String> names, int i) {
    return names.get(i).isEmpty() ? "column " + (i + 1) : names.get(i);
  }

  /// An exception that says that there is no such column, and suggests one.
  static DataException none(String file, String name, List<String> names) {
    int best = Integer.MAX_VALUE;
    String nearest = "";
    for (var other : names) {
      int distance = distance(name, other);
      if (distance < best) {
        best = distance;
        nearest = other;
      }
    }
    boolean near = best <= Math.max(1, name.length() / 3);
    return new DataException("%s has no column \"%s\", only %s%s".formatted(file,
        Excerpt.of(name),
        names.stream().limit(MOST_NAMED).map(Excerpt::of).toList()
            + (names.size() > MOST_NAMED ? " and %d more".formatted(names.size() - MOST_NAMED)
                : ""),
        near ? "; did you mean \"%s\"?".formatted(Excerpt.of(nearest))
            : "; name one of them."));
  }

  private static int distance(String a, String b) {
    return EditDistance.of(a.toLowerCase(Locale.ROOT).codePoints().toArray(),
        b.toLowerCase(Locale.ROOT).codePoints().toArray());
  }
}
