package dev.unroll.expr.text;

import dev.unroll.expr.Cell;
import java.text.Normalizer;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rules for names in a cell. The parser and [Cell] both use them, so that every cell can be
/// written as text and read back.
///
/// A name is a letter of any script, then letters, digits, `_`, subscripts (`W₁`, `Wᵢ`) and
/// combining accents (`h̃`), in Unicode's composed form (NFC), and not a word of the language.
public final class NameRules {
  /// Longer than any real name; it bounds the width of messages and of printed lines.
  static final int MAX_LENGTH = 64;

  private NameRules() {}

  static boolean starts(int codePoint) {
    return Character.isLetter(codePoint);
  }

  static boolean continues(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || codePoint == '_'
        || isSubscriptDigit(codePoint)
        || isAccent(codePoint);
  }

  static boolean isSubscriptDigit(int codePoint) {
    return codePoint >= '₀' && codePoint <= '₉';
  }

  static boolean isAccent(int codePoint) {
    return Character.getType(codePoint) == Character.NON_SPACING_MARK;
  }

  static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /// Why `name` (without prime) cannot be a name in a cell, as a sentence without its end, or null
  /// if it can.
  static @Nullable String problem(String name) {
    if (!isIdentifier(name)) {
      return "%s is not a name; expected a letter, then letters, digits or _"
          .formatted(quoted(name));
    }
    if (name.length() > MAX_LENGTH) {
      return tooLong(name);
    }
    if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
      return "the name %s is not in composed form (NFC); write %s".formatted(name, composed(name));
    }
    if (name.equals("x")) {
      return "x is the input of the step; use another name";
    }
    if (Words.isFunction(name)) {
      return "%s is a function; use another name".formatted(name);
    }
    var function = Words.withoutCapitals(name);
    if (!function.equals(name)) {
      return "%s reads as the function %s; use another name".formatted(name, function);
    }
    if (Words.DIRECTIVES.contains(name)) {
      return "%s begins a line of its own kind; use another name".formatted(name);
    }
    return null;
  }

  static String tooLong(String name) {
    return "the name %s has %d characters; expected at most %d"
        .formatted(quoted(name), name.length(), MAX_LENGTH);
  }

  /// Why `name` cannot be the name of a cell, or null if it can.
  static @Nullable String cellProblem(String name) {
    boolean good =
        !name.isEmpty()
            && name.length() <= MAX_LENGTH
            && name.codePoints()
                .allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_');
    return good
        ? null
        : "%s cannot be the name of a cell; expected 1 to %d letters, digits, - or _"
            .formatted(quoted(name), MAX_LENGTH);
  }

  /// The text in quotes, shortened and with control characters replaced, for a message.
  static String quoted(String text) {
    int[] shown = text.codePoints().limit(32).map(CellText::printable).toArray();
    boolean cut = text.codePointCount(0, text.length()) > shown.length;
    return "'" + new String(shown, 0, shown.length) + (cut ? "…'" : "'");
  }

  /// The first of the names, for a message.
  public static String listed(Collection<String> names) {
    var first = names.stream().limit(12).collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names.size() > 12 ? first + ", …" : first;
  }

  private static boolean isIdentifier(String name) {
    return !name.isEmpty()
        && starts(name.codePointAt(0))
        && name.codePoints().allMatch(NameRules::continues);
  }
}
