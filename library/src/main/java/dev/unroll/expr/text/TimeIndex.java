package dev.unroll.expr.text;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The time indices of papers, `x_t` and `h_{t-1}`, which cells are written without: hints for
/// users who type them.
final class TimeIndex {
  private TimeIndex() {}

  /// What to write for `base_{index}`.
  static String cure(String base, String index) {
    var plain = index.replace('−', '-').replace(" ", "");
    var shown = NameRules.quoted("%s_{%s}".formatted(base, index));
    if (plain.equals("t-1")) {
      return base.equals("x")
          ? shown + " cannot be read: a step has its own input x alone"
          : "%s is written %s: %s".formatted(shown, base, states(base));
    }
    if (plain.equals("t")) {
      return now(shown, base);
    }
    return plain.codePoints().allMatch(NameRules::continues) && !plain.isEmpty()
        ? "%s is written %s_%s, without braces".formatted(shown, base, plain)
        : "a name has no braces; found " + shown;
  }

  /// What to write for `x_t` or `h_t`.
  static String now(String shown, String base) {
    return base.equals("x")
        ? shown + " is written x, the input of the step"
        : "%s is written %s': %s".formatted(shown, base, states(base));
  }

  static String states(String base) {
    return "%s is the old state, %s' the new".formatted(base, base);
  }

  /// The name without the index of `h_t` or `hₜ`; null if it has none.
  static @Nullable String base(String name) {
    return Stream.of("_t", "ₜ").filter(name::endsWith)
        .map(index -> name.substring(0, name.length() - index.length()))
        .filter(base -> !base.isEmpty()).findFirst().orElse(null);
  }
}
