package dev.unroll.layer.stateless;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Function;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The output layer `y = φ(V x + c)`, with `V [outputs, inputs]` and `c [outputs]`: a cell without
/// states, so it is planned, differentiated and run like every other.
public final class Dense {
  private Dense() {}

  /// The equations, where φ is the identity if `activation` is null.
  public static Cell cell(@Nullable Function activation) {
    var sum = new Expr.Product("V", Expr.x()).plus(new Expr.Vector("c"));
    var y = activation == null ? sum : new Expr.Apply(activation, sum);
    return new Cell("dense", List.of(new Equation("y", y)), "y", new LinkedHashMap<>(),
        new LinkedHashMap<>());
  }

  /// A dense layer without activation.
  public static Recurrent layer(String name, int inputs, int outputs, Parameters parameters,
      CounterRandom random) {
    return new Recurrent(
        name, cell(null), Dimensions.of(inputs, outputs), parameters, 0, random);
  }
}
