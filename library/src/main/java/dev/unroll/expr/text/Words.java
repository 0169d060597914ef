package dev.unroll.expr.text;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Reduction;
import dev.unroll.expr.Function;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The reserved words of the cell language: functions and directives.
final class Words {
  /// Functions of one argument, element by element; both spellings of the sigmoid and of the
  /// logarithm. The minus sign is not a word.
  static final Map<String, Function> FUNCTIONS = functions();

  /// Functions of one argument that give one number for each row.
  static final Map<String, Reduction> REDUCTIONS =
      Stream.of(Reduction.values())
          .collect(Collectors.toUnmodifiableMap(Reduction::symbol, r -> r));

  /// Functions of two arguments.
  static final Map<String, Operator> PAIRS =
      Stream.of(Operator.MIN, Operator.MAX)
          .collect(Collectors.toUnmodifiableMap(Operator::symbol, o -> o));

  /// Takes a name: `mask(name)`.
  static final String MASK = "mask";

  /// Takes a name: `stepmask(name)`.
  static final String STEP_MASK = "stepmask";

  /// Takes a name: `stepnumber(name)`.
  static final String STEP_NUMBER = "stepnumber";

  /// The words that take a name, whose values are given and not computed.
  static final Set<String> GIVEN = Set.of(MASK, STEP_MASK, STEP_NUMBER);

  /// The first word of a line that is not an equation.
  static final Set<String> DIRECTIVES = Set.of("out", "size", "init");

  /// Begins a line that gives a state its value before the first step. A name all the same: behind
  /// it stands another name, and behind the name of an equation a `=`.
  static final String START = "start";

  /// Begins a line that makes matrices block-diagonal. A name all the same, likewise.
  static final String HEADS = "heads";

  /// All words that begin lines.
  static final Set<String> LINES = Set.of("out", "size", "init", START, HEADS);

  /// All functions as they are offered in messages.
  static final String OFFERED =
      "σ (sigmoid), tanh, relu, exp, log, expm1, log1p, softplus, logsigmoid, sin, cos, sqrt, abs, "
          + "step, sign, mean, var, sum, min, max, mask, stepmask, stepnumber";

  private Words() {}

  /// Whether the word, with its case, is a function.
  static boolean isFunction(String word) {
    return FUNCTIONS.containsKey(word)
        || REDUCTIONS.containsKey(word)
        || PAIRS.containsKey(word)
        || GIVEN.contains(word);
  }

  /// The function that a word is apart from its case, as in `Tanh`, or the word itself. One letter
  /// is never treated so: `Σ` is a name although `σ` is a function.
  static String withoutCapitals(String word) {
    var lower = word.toLowerCase(Locale.ROOT);
    return word.length() > 1 && isFunction(lower) ? lower : word;
  }

  private static Map<String, Function> functions() {
    var words = new LinkedHashMap<String, Function>();
    for (var function : Function.values()) {
      if (function != Function.NEGATE) {
        words.put(function.symbol(), function);
        words.put(function.ascii(), function);
      }
    }
    words.put("ln", Function.LOG);
    return Map.copyOf(words);
  }
}
