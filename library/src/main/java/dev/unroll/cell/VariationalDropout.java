package dev.unroll.cell;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Dropout on what goes into the matrix products of a cell, with the same masks at all steps of a
/// sequence.
///
/// ```
/// tied      W (x * mask(drop_x))      U (h * mask(drop_h))       one mask for x, one for each state
/// untied    W (x * mask(drop_W_x))    U (h * mask(drop_U_h))     others for each matrix
/// ```
///
/// It changes the input and the states, before or after the step, wherever they stand inside a product;
/// what earlier lines computed of them is left alone, and so is everything outside of products: the
/// memory cell of an LSTM is never dropped. The masks are drawn by the layer. Tied masks keep the
/// products of one vector in one.
///
/// Gal and Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural
/// networks", arXiv 1512.05287.
public final class VariationalDropout {

  /// How many masks there are.
  public enum Masks {
    /// One for `x` and one for each state, whatever it is multiplied with.
    TIED,
    /// Others for each matrix, so that each gate drops elements of its own.
    UNTIED
  }

  private final Masks masks;
  private final Set<String> taken;
  private final Map<String, String> names = new HashMap<>();

  private VariationalDropout(Masks masks, Set<String> taken) {
    this.masks = masks;
    this.taken = taken;
  }

  /// The cell with masks; everything else of it stays as it is.
  public static Cell of(Cell cell, Masks masks) {
    var rewrite = new VariationalDropout(masks, names(cell));
    var equations =
        cell.equations().stream()
            .map(e -> new Equation(e.name(), rewrite.outside(e.value())))
            .toList();
    return new Cell(cell.name(), equations, cell.output(), cell.sizes(), cell.initializers());
  }

  /// A part that is in no product.
  private Expr outside(Expr expr) {
    return switch (expr) {
      case Expr.Product(var matrix, var operand) ->
          new Expr.Product(matrix, inside(operand, matrix));
      case Expr.Apply(var f, var operand) -> new Expr.Apply(f, outside(operand));
      case Expr.Combine(var operator, var left, var right) ->
          new Expr.Combine(operator, outside(left), outside(right));
      case Expr.Reduce(var reduction, var operand) -> new Expr.Reduce(reduction, outside(operand));
      default -> expr;
    };
  }

  /// A part of what `matrix` is multiplied with.
  private Expr inside(Expr expr, String matrix) {
    return switch (expr) {
      case Expr.Input() -> masked(expr, "x", matrix);
      case Expr.Previous(var state) -> masked(expr, state, matrix);
      case Expr.Value(var name) when name.endsWith("'") ->
          masked(expr, name.substring(0, name.length() - 1), matrix);
      case Expr.Product _ -> outside(expr);
      case Expr.Apply(var f, var operand) -> new Expr.Apply(f, inside(operand, matrix));
      case Expr.Combine(var operator, var left, var right) ->
          new Expr.Combine(operator, inside(left, matrix), inside(right, matrix));
      case Expr.Reduce(var reduction, var operand) ->
          new Expr.Reduce(reduction, inside(operand, matrix));
      default -> expr;
    };
  }

  private Expr masked(Expr vector, String name, String matrix) {
    var mask = "drop_" + (masks == Masks.TIED ? name : matrix + "_" + name);
    return vector.times(new Expr.Mask(names.computeIfAbsent(mask, this::free)));
  }

  /// The name, with as many `_` behind it as make it new.
  private String free(String name) {
    var free = name;
    while (!taken.add(free)) {
      free += "_";
    }
    return free;
  }

  private static Set<String> names(Cell cell) {
    var shapes = cell.shapes();
    var names = new HashSet<String>();
    for (Map<String, ?> named : List.of(shapes.matrices(), shapes.vectors(), shapes.masks(),
        shapes.states(),
        shapes.values())) {
      names.addAll(named.keySet());
    }
    return names;
  }
}
