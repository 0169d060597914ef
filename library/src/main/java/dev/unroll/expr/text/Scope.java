package dev.unroll.expr.text;

import dev.unroll.expr.CellException;
import dev.unroll.expr.Expr;
import dev.unroll.expr.text.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The meaning of names at the line of a cell that is being parsed.
///
/// A name is the input `x`, a state (some line updates it), the value of an earlier line, or else
/// a parameter: a matrix before an operand, otherwise a vector.
final class Scope {
  private final CellText source;
  private final TokenStream tokens;

  /// The line of every equation, by its left-hand side.
  private final Map<String, Integer> lines;

  private final SequencedSet<String> computed = new LinkedHashSet<>();

  /// The first use of each parameter or mask, by role.
  private final Map<String, Token> matrices = new HashMap<>();

  private final Map<String, Token> vectors = new HashMap<>();
  private final Map<String, Token> masks = new HashMap<>();

  /// For each name the word, `stepmask` or `stepnumber`.
  private final Map<String, String> given = new HashMap<>();

  private String equation = "";

  Scope(CellText source, TokenStream tokens, Map<String, Integer> lines) {
    this.source = source;
    this.tokens = tokens;
    this.lines = lines;
  }

  /// Begins the equation with this left-hand side.
  void begin(String name) {
    equation = name;
  }

  /// Ends the equation, whose value may be used from here on.
  void end() {
    computed.add(equation);
  }

  /// A name alone: input, state, value or parameter vector.
  ///
  /// @param next the token after it
  Expr alone(Token name, Token next) {
    var known = known(name);
    if (known != null) {
      return known;
    }
    var word = parameter(name);
    refuseTimeIndex(name);
    if (matrices.containsKey(word)) {
      throw tokens.error(
          next,
          "expected a vector after the matrix %s (a matrix in line %d), found %s"
              .formatted(word, line(matrices.get(word)), next.found()));
    }
    if (masks.containsKey(word)) {
      throw tokens.error(
          name,
          "%s is a mask in line %d; write mask(%s), or another name"
              .formatted(word, line(masks.get(word)), word));
    }
    vectors.putIfAbsent(word, name);
    return new Expr.Vector(word);
  }

  /// A name after a matrix: input, state or value.
  Expr operand(Token name) {
    var known = known(name);
    if (known != null) {
      return known;
    }
    var word = parameter(name);
    refuseTimeIndex(name);
    var values = values();
    var suggestion = Suggestion.of(word, values);
    throw tokens.error(
        name,
        "%s is not known: no equation computes it and no state %s' is updated%s"
            .formatted(
                word,
                word,
                suggestion.isEmpty() ? "; known here: " + NameRules.listed(values) : suggestion));
  }

  /// A name before an operand: the matrix of a product.
  ///
  /// @param operand the first token of the operand
  /// @param inList whether it is in a list of vectors
  String matrix(Token name, Token operand, boolean inList) {
    var instead = "write %s * %s".formatted(name.text(), operand.sketch());
    if (inList && known(name) != null && operand.is(Kind.NAME)) {
      throw tokens.error(operand,
          "vectors of a list have a ';' between them: %s; %s; for the elementwise product %s"
              .formatted(name.text(), operand.sketch(), instead));
    }
    if (known(name) != null && operand.is(Kind.OPEN_LIST)) {
      throw tokens.error(name,
          "%s is a vector, not a matrix; only a matrix stands before a list of vectors: W [x; h]"
              .formatted(name.text()));
    }
    if (known(name) != null) {
      throw tokens.error(
          name,
          "%s is a vector, not a matrix; for the elementwise product %s"
              .formatted(name.text(), instead));
    }
    var word = parameter(name);
    if (operand.is(Kind.NUMBER)) {
      throw tokens.error(
          operand,
          "expected a vector after the matrix %s, found %s; for the elementwise product %s"
              .formatted(word, operand.found(), instead));
    }
    if (vectors.containsKey(word)) {
      throw tokens.error(
          name,
          "%s is a vector in line %d and cannot be a matrix; use another name, or %s"
              .formatted(word, line(vectors.get(word)), instead));
    }
    if (masks.containsKey(word)) {
      throw tokens.error(
          name,
          "%s is a mask in line %d and cannot be a matrix; use another name, or write mask(%s) * %s"
              .formatted(word, line(masks.get(word)), word, operand.sketch()));
    }
    matrices.putIfAbsent(word, name);
    return word;
  }

  /// The name in `mask(name)`.
  Expr mask(Token name) {
    if (name.isPrimed() || known(name) != null) {
      throw tokens.error(
          name, "a mask needs a name of its own, but %s is a vector".formatted(name.text()));
    }
    var word = parameter(name);
    if (matrices.containsKey(word) || vectors.containsKey(word)) {
      throw tokens.error(
          name, "a mask needs a name of its own, but %s is a parameter".formatted(word));
    }
    masks.putIfAbsent(word, name);
    return new Expr.Mask(word);
  }

  /// The name in `stepmask(name)` or `stepnumber(name)`: these have a namespace of their own.
  Expr given(String word, Token name) {
    if (name.isPrimed()) {
      throw tokens.error(name, "what is given for each step has no new value; write %s(%s)"
          .formatted(word, name.base()));
    }
    var known = given.putIfAbsent(parameter(name), word);
    if (known != null && !known.equals(word)) {
      throw tokens.error(name,
          "%s is the name of a %s already; use another name".formatted(name.text(), known));
    }
    return word.equals(Words.STEP_MASK)
        ? new Expr.StepMask(name.text())
        : new Expr.StepNumber(name.text());
  }

  /// The states and earlier values, as they are written.
  private List<String> values() {
    var values = new ArrayList<String>();
    values.add("x");
    lines.keySet().stream()
        .filter(name -> name.endsWith("'"))
        .map(name -> name.substring(0, name.length() - 1))
        .forEach(values::add);
    values.addAll(computed);
    return values;
  }

  /// The vector of the step that the name refers to, or null for a name that may be a parameter.
  private @Nullable Expr known(Token name) {
    var word = name.text();
    if (computed.contains(word)) {
      return new Expr.Value(word);
    }
    if (name.isPrimed()) {
      throw unknownPrimed(name);
    }
    if (word.equals("x")) {
      return new Expr.Input();
    }
    if (lines.containsKey(word + "'")) {
      return new Expr.Previous(word);
    }
    var later = lines.get(word);
    if (later == null) {
      return null;
    }
    throw tokens.error(
        name,
        word.equals(equation)
            ? "%s is what this line computes; for its value of the step before write %s' = …"
                .formatted(word, word)
            : "%s is computed in line %d, below this one; move that line up".formatted(word,
                later));
  }

  private CellException unknownPrimed(Token name) {
    var base = name.base();
    var later = lines.get(name.text());
    var unprimed = lines.get(base);
    if (base.equals("x")) {
      return tokens.error(name, "x is the input of the step and has no new value; write x");
    }
    if (later != null) {
      return tokens.error(
          name,
          name.text().equals(equation)
              ? "%s is what this line computes; for its value of the step before write %s"
                  .formatted(name.text(), base)
              : ("%s is computed in line %d, below this one; write %s for its value of the step "
                  + "before, ")
                  .formatted(name.text(), later, base)
                  + "or move that line up");
    }
    if (unprimed != null) {
      return tokens.error(
          name,
          "%s is not a state: line %d computes it without a prime; write %s"
              .formatted(base, unprimed, base));
    }
    var primed = computed.stream().filter(n -> n.endsWith("'")).toList();
    return tokens.error(
        name,
        "%s is not known: no equation updates a state %s%s"
            .formatted(name.text(), base, Suggestion.of(name.text(), primed)));
  }

  /// Refuses `x_t` where `x` is meant, and `h` where a line computes `h_t`.
  private void refuseTimeIndex(Token name) {
    var word = name.text();
    var base = TimeIndex.base(word);
    if (base != null && (base.equals("x") || lines.containsKey(base + "'"))) {
      throw tokens.error(name, TimeIndex.now(word, base));
    }
    for (var left : lines.keySet()) {
      if (word.equals(TimeIndex.base(left))) {
        throw tokens.error(name,
            "%s is not known: line %d computes %s, which is written %s, or %s' if it is a state: %s"
                .formatted(word, lines.get(left), left, word, word, TimeIndex.states(word)));
      }
    }
  }

  /// The name, if the rules for names allow it as a parameter.
  private String parameter(Token name) {
    var problem = NameRules.problem(name.text());
    if (problem != null) {
      throw tokens.error(name, problem);
    }
    return name.text();
  }

  private int line(Token name) {
    return source.line(name.offset());
  }
}
