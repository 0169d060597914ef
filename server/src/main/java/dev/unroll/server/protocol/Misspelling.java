package dev.unroll.server.protocol;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/// Names that are not known. The protocol lets clients send fields and parameters of their own, so
/// that those are passed over; but one that is nearly a known one is a slip of the pen, and the
/// request would be answered as if nothing had been said.
final class Misspelling {
  /// In shorter names a letter in place of another makes another word: `team` is not `beam`.
  private static final int LONG = 8;

  private Misspelling() {}

  /// Refuses a name that differs from a known one in case or separators alone, by a letter more or
  /// less, or, if it is long, by two letters.
  ///
  /// @param what it is: `the parameter %s of the request`
  static void refuse(String what, String name, Set<String> known) {
    var near = known.stream().filter(each -> isNear(name, each))
        .min(Comparator.<String>comparingInt(each -> distance(name, each))
            .thenComparing(Comparator.naturalOrder()));
    if (near.isPresent()) {
      throw RefusedException.invalid(what + " is not known; did you mean %s?", Shown.of(name),
          near.get());
    }
  }

  private static boolean isNear(String name, String known) {
    if (plain(name).equals(plain(known))) {
      return true;
    }
    return known.length() >= LONG ? distance(name, known) <= 2
        : name.length() == known.length() + 1 && isInside(known, name)
            || known.length() == name.length() + 1 && isInside(name, known);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }

  /// The letters to insert, delete or replace (Levenshtein 1965); a number above 2 if there are
  /// more.
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 2) {
      return Integer.MAX_VALUE; // names of clients may be long
    }
    int[] above = new int[b.length() + 1];
    Arrays.setAll(above, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        row[j] = Math.min(above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1),
            1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }

  /// Whether the letters of a name stand in another in their order.
  private static boolean isInside(String name, String longer) {
    int at = 0;
    for (int i = 0; i < longer.length() && at < name.length(); i++) {
      if (longer.charAt(i) == name.charAt(at)) {
        at++;
      }
    }
    return at == name.length();
  }
}
