package dev.unroll.cell;

import dev.unroll.cell.rewrite.FreshNames;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import java.util.HashMap;
import java.util.Map;

/// Variational dropout: dropout on the inputs of the matrix products of a cell, with the same masks
/// at all steps of a sequence.
///
/// ```
/// tied      W (x * mask(drop_x))      U (h * mask(drop_h))       one mask for x, one for each state
/// untied    W (x * mask(drop_W_x))    U (h * mask(drop_U_h))     others for each matrix
/// ```
///
/// It applies to the input and the states, before or after the step, wherever they occur inside a
/// product; values that earlier equations computed from them are left alone, and so is everything
/// outside of products: the
/// memory cell of an LSTM is never dropped. The masks are drawn by the layer. With tied masks,
/// several products of one vector can still be computed as one.
///
/// Gal and Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural
/// networks", arXiv 1512.05287.
public final class VariationalDropout {

  /// Whether matrices share their masks.
  public enum Masks {
    /// One for `x` and one for each state, for all matrices.
    TIED,
    /// Separate masks for each matrix, so that each gate drops elements of its own.
    UNTIED
  }

  private final Masks masks;
  private final FreshNames names;
  private final Map<String, String> drawn = new HashMap<>();

  private VariationalDropout(Cell cell, Masks masks) {
    this.masks = masks;
    names = new FreshNames(cell);
  }

  /// The cell with masks; everything else is unchanged.
  public static Cell of(Cell cell, Masks masks) {
    var rewrite = new VariationalDropout(cell, masks);
    var equations =
        cell.equations().stream()
            .map(e -> new Equation(e.name(), rewrite.outside(e.value())))
            .toList();
    return cell.equations(equations);
  }

  /// A part that is not inside a product.
  private Expr outside(Expr expr) {
    return expr instanceof Expr.Product(var matrix, var operand)
        ? new Expr.Product(matrix, inside(operand, matrix))
        : expr.withOperands(this::outside);
  }

  /// A part of the operand of `matrix`.
  private Expr inside(Expr expr, String matrix) {
    return switch (expr) {
      case Expr.Input() -> masked(expr, "x", matrix);
      case Expr.Previous(var state) -> masked(expr, state, matrix);
      case Expr.Value(var name) when name.endsWith("'") ->
          masked(expr, name.substring(0, name.length() - 1), matrix);
      case Expr.Product _ -> outside(expr);
      default -> expr.withOperands(operand -> inside(operand, matrix));
    };
  }

  private Expr masked(Expr vector, String name, String matrix) {
    var mask = "drop_" + (masks == Masks.TIED ? name : matrix + "_" + name);
    return vector.times(new Expr.Mask(drawn.computeIfAbsent(mask, names::of)));
  }
}
