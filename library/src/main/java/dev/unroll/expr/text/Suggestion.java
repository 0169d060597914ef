package dev.unroll.expr.text;

import java.util.Collection;
import java.util.Locale;

/// Suggests the name that was probably meant.
public final class Suggestion {
  private Suggestion() {}

  /// `; did you mean h1?` for the known name closest to `name`, or nothing if none is close: names
  /// that differ by case alone, or in at most half of their characters and at most two.
  public static String of(String name, Collection<String> known) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (var candidate : known) {
      int distance =
          candidate.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))
              ? 0
              : distance(name, candidate);
      int allowed = Math.min(2, Math.max(name.length(), candidate.length()) / 2);
      if (distance <= allowed && distance < least) {
        nearest = candidate;
        least = distance;
      }
    }
    return nearest == null ? "" : "; did you mean %s?".formatted(nearest);
  }

  /// The number of characters to insert, delete or replace (Levenshtein 1965).
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
