package dev.unroll.cell;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import java.util.Locale;

/// The simple recurrent network (Elman network).
///
/// ```
/// h' = φ(W x + U h + b)     x [B, F], h [B, H], W [H, F], U [H, H], b [H]
/// ```
///
/// Elman, "Finding structure in time", Cognitive Science 14 (1990), 179–211.
public final class SimpleRnn {
  private SimpleRnn() {}

  /// With the activation φ: `rnn` with tanh, else `rnn-relu`, `rnn-sigmoid`, …
  public static Cell of(Function activation) {
    var name = activation.name().toLowerCase(Locale.ROOT);
    return Cell.parse(
        activation == Function.TANH ? "rnn" : "rnn-" + name,
        activation == Function.NEGATE
            ? "h' = -(W x + U h + b)"
            : "h' = %s(W x + U h + b)".formatted(activation.symbol()));
  }

  /// Without an activation: a linear dynamical system, `rnn-identity`.
  public static Cell identity() {
    return Cell.parse("rnn-identity", "h' = W x + U h + b");
  }
}
