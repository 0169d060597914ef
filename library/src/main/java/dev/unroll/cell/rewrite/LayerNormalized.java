package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Reduction;
import dev.unroll.expr.Function;
import dev.unroll.expr.Initializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A cell with every matrix product normalized over the layer, with a gain that is initialized to
/// one.
///
/// ```
/// a_W = W x
/// W x  becomes  g_W * (a_W - mean(a_W)) / sqrt(var(a_W) + 1e-5)
/// ```
///
/// The cell's biases are unchanged. Each matrix has a mean and a standard deviation of its own;
/// [Cells#layerNormLstm] is the cell of the paper, whose four gates share them.
///
/// Ba, Kiros and Hinton 2016, "Layer normalization", arXiv 1607.06450.
public final class LayerNormalized {
  /// Avoids a division by zero for a constant row.
  private static final Expr SMALL = new Expr.Constant(1e-5);

  private final FreshNames names;
  private final List<Equation> equations = new ArrayList<>();
  private final Map<String, Initializer> initializers;
  private final Map<String, String> gains = new HashMap<>();
  private final Map<Expr, Expr> normalized = new HashMap<>();

  private LayerNormalized(Cell cell) {
    names = new FreshNames(cell);
    initializers = new LinkedHashMap<>(cell.initializers());
  }

  /// The cell with normalized products.
  public static Cell of(Cell cell) {
    var rewrite = new LayerNormalized(cell);
    for (var e : cell.equations()) {
      var value = rewrite.part(e.value());
      rewrite.equations.add(new Equation(e.name(), value));
    }
    return new Cell(cell.name(), rewrite.equations, cell.output(), cell.sizes(),
        new LinkedHashMap<>(rewrite.initializers), cell.starts(), cell.heads());
  }

  private Expr part(Expr expr) {
    var inside = expr.withOperands(this::part);
    if (!(inside instanceof Expr.Product product)) {
      return inside;
    }
    var known = normalized.get(product);
    if (known != null) {
      return known;
    }
    var norm = norm(product);
    normalized.put(product, norm);
    return norm;
  }

  private Expr norm(Expr.Product product) {
    var name = names.of("a_" + product.matrix());
    equations.add(new Equation(name, product));
    var gain = gains.computeIfAbsent(product.matrix(), matrix -> {
      var free = names.of("g_" + matrix);
      initializers.put(free, new Initializer.Constant(1));
      return free;
    });
    var a = new Expr.Value(name);
    var deviation = new Expr.Apply(Function.SQRT,
        new Expr.Reduce(Reduction.VARIANCE, a).plus(SMALL));
    return new Expr.Vector(gain).times(a.minus(new Expr.Reduce(Reduction.MEAN, a))).over(deviation);
  }
}
