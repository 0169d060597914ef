package dev.unroll.server.protocol;

import dev.unroll.expr.text.Suggestion;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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
    var near = known.stream().filter(each -> isNear(name, each)).collect(Collectors.toSet());
    if (!near.isEmpty()) {
      throw RefusedException.invalid(what + " is not known; did you mean %s?", Shown.of(name),
          nearest(name, near));
    }
  }

  private static String nearest(String name, Set<String> near) {
    return near.size() == 1 ? near.iterator().next()
        : Suggestion.of(name, near).replaceAll("^.* mean |\\?$", "");
  }

  private static boolean isNear(String name, String known) {
    if (plain(name).equals(plain(known))) {
      return true;
    }
    return known.length() >= LONG ? !Suggestion.of(name, Set.of(known)).isEmpty()
        : name.length() == known.length() + 1 && isInside(known, name)
            || known.length() == name.length() + 1 && isInside(name, known);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
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
