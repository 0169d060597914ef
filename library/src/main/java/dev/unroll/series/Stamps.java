package dev.unroll.series;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Time stamps and their format.
///
/// @param stamps milliseconds since 1970, in the order of the rows
/// @param form their format
/// @param otherwise another format that all of them could have, which fits less well; null for none
/// @param zoned whether they are in UTC, as the texts have a zone or count seconds
record Stamps(long[] stamps, StampForm form, @Nullable StampForm otherwise, boolean zoned) {
  private static final Pattern ZONE = Pattern.compile(
      ".*:.*(Z|UTC|GMT|[+-]\\d\\d(:?\\d\\d)?|\\[.*]|[A-Za-z]+/[A-Za-z_/]+)\\s*");

  /// Parses stamps in the format that fits all of them. If day and month could be swapped, it is
  /// the format with the more regular steps.
  ///
  /// @param where names the place of a row in a message: `line 12, column "date"`
  /// @throws DataException if no format fits all; names the first stamp that does not fit the best
  ///     format
  static Stamps read(List<String> texts, IntFunction<String> where) {
    Stamps best = null;
    int most = 0;
    for (var form : StampForm.values()) {
      if (best != null && form.isCount()) {
        break; // a count of digits that is a date as well is one
      }
      var stamps = new long[texts.size()];
      int read = 0;
      while (read < stamps.length
          && (stamps[read] = form.parse(texts.get(read))) != StampForm.NONE) {
        read++;
      }
      most = Math.max(most, read);
      if (read == stamps.length && read > 0) {
        boolean zoned = form.isCount() || ZONE.matcher(texts.getFirst()).matches();
        var found = new Stamps(stamps, form, null, zoned);
        best = best == null ? found
            : found.evenness() > best.evenness() ? new Stamps(stamps, form, best.form, zoned)
                : new Stamps(best.stamps, best.form, form, best.zoned);
      }
    }
    if (best == null) {
      throw unreadable(texts, where, most);
    }
    return best;
  }

  private static DataException unreadable(List<String> texts, IntFunction<String> where,
      int read) {
    if (texts.isEmpty()) {
      return new DataException("There are no time stamps; bring rows.");
    }
    var text = texts.get(read);
    if (text.isBlank()) {
      return new DataException("%s: there is no time stamp; fill it in, or remove the row."
          .formatted(where.apply(read)));
    }
    if (read == 0) {
      return new DataException(
          "%s: \"%s\" is no time stamp in a form that is known; expected one of %s".formatted(
              where.apply(0), Excerpt.of(text), StampForm.known()));
    }
    return new DataException(
        ("%s: \"%s\" is no time stamp in the form of \"%s\" in the row before; correct it, or "
            + "remove the row.").formatted(where.apply(read), Excerpt.of(text),
                texts.get(read - 1)));
  }

  /// The share of steps that have the most frequent length.
  private double evenness() {
    var sorted = stamps.clone();
    Arrays.sort(sorted);
    if (sorted.length < 2 || sorted[0] == sorted[sorted.length - 1]) {
      return 0;
    }
    var step = TimeStep.between(sorted);
    int even = 0;
    for (int i = 1; i < sorted.length; i++) {
      even += step.stamp(sorted[i - 1], 1) == sorted[i] ? 1 : 0;
    }
    return (double) even / (sorted.length - 1);
  }
}
