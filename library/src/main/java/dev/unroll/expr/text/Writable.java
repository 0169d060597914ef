package dev.unroll.expr.text;

import dev.unroll.expr.CellException;
import dev.unroll.expr.CellException.Place;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Initializer;
import java.util.List;
import java.util.Map;

/// Checks that the parts of a cell built in Java can be written as text and read back: names,
/// numbers and [Limits]. Its recursion ends at the depth limit, and its work at the limit of parts,
/// so that no expression can harm it.
public final class Writable {
  private final String cell;
  private Place place = Place.CELL;
  private int parts;

  private Writable(String cell) {
    this.cell = cell;
  }

  /// Refuses a cell that cannot be written as text.
  ///
  /// @throws CellException naming what cannot be written
  public static void check(
      String cell,
      List<Equation> equations,
      String output,
      Map<String, String> sizes,
      Map<String, Initializer> initializers,
      Map<String, Expr> starts,
      Map<String, Integer> heads) {
    var problem = NameRules.cellProblem(cell);
    if (problem != null) {
      throw new CellException(problem + ".", null);
    }
    var writable = new Writable(cell);
    if (equations.size() > Limits.EQUATIONS) {
      throw writable.wrong(
          "it has %d equations; a cell has at most %d"
              .formatted(equations.size(), Limits.EQUATIONS));
    }
    for (var e : equations) {
      writable.place = new Place(e.name(), null, null);
      writable.name(e.baseName());
      writable.part(e.value(), 1);
    }
    sizes.forEach(
        (of, size) -> {
          writable.line("size " + of);
          writable.name(unprimed(of));
          writable.name(size);
        });
    writable.line("out");
    writable.name(unprimed(output));
    initializers.keySet().forEach(of -> {
      writable.line("init " + of);
      writable.name(of);
    });
    starts.forEach((state, start) -> {
      writable.line("start " + state);
      writable.name(state);
      writable.part(start, 1);
    });
    heads.keySet().forEach(of -> {
      writable.line("heads " + of);
      writable.name(of);
    });
    writable.place = Place.CELL;
    int length =
        TextPrinter.print(equations, output, sizes, initializers, starts, heads).length();
    if (length > Limits.TEXT) {
      throw writable.wrong(
          "as text it has %d characters; a cell has at most %d".formatted(length, Limits.TEXT));
    }
  }

  private void line(String directive) {
    place = new Place(null, null, directive);
  }

  private void part(Expr expr, int depth) {
    part(expr, depth, false);
  }

  /// @param concatenates whether a list of vectors is allowed here
  private void part(Expr expr, int depth, boolean concatenates) {
    if (depth > Limits.DEPTH) {
      throw wrong(
          "has more than %d levels; compute a part of it in an equation of its own"
              .formatted(Limits.DEPTH));
    }
    if (++parts > Limits.PARTS) {
      throw wrong(
          "is too large; a cell has at most %d names, numbers and operators"
              .formatted(Limits.PARTS));
    }
    switch (expr) {
      case Expr.Input() -> {}
      case Expr.Previous(var name) -> name(name);
      case Expr.Value(var name) -> name(unprimed(name));
      case Expr.Vector(var name) -> name(name);
      case Expr.Mask(var name) -> name(name);
      case Expr.StepMask(var name) -> name(name);
      case Expr.StepNumber(var name) -> name(name);
      case Expr.Constant(var value) -> number(value);
      case Expr.Apply(var _, var operand) -> part(operand, depth + 1);
      case Expr.Reduce(var _, var operand) -> part(operand, depth + 1);
      case Expr.Concatenation(var parts) -> {
        if (parts.size() < 2 || !concatenates) {
          throw wrong(
              "has a list of vectors where none can stand; a list has two vectors or more and "
                  + "stands right behind a matrix: W [x; h]");
        }
        parts.forEach(part -> part(part, depth + 1));
      }
      case Expr.Product(var matrix, var operand) when operand instanceof Expr.Concatenation -> {
        name(matrix);
        part(operand, depth + 1, true);
      }
      case Expr.Product(var matrix, var operand) -> {
        name(matrix);
        part(operand, depth + 1);
      }
      case Expr.Combine(var _, var left, var right) -> {
        part(left, depth + 1);
        part(right, depth + 1);
      }
    }
  }

  private void name(String name) {
    var problem = NameRules.problem(name);
    if (problem != null) {
      throw wrong(place.equation() == null ? problem : "cannot be written: " + problem);
    }
  }

  private void number(double value) {
    var problem = NumberText.problem(value);
    if (problem != null) {
      throw wrong("cannot be computed: " + problem);
    }
  }

  private CellException wrong(String what) {
    return new CellException(cell, place, what);
  }

  private static String unprimed(String name) {
    return name.endsWith("'") ? name.substring(0, name.length() - 1) : name;
  }
}
