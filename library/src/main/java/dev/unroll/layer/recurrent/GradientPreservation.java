package dev.unroll.layer.recurrent;

import dev.unroll.Engine;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import org.jspecify.annotations.Nullable;

/// The regularizer of Pascanu, Mikolov and Bengio 2013 (arXiv 1211.5063, equations 9 and 10)
/// against gradients that vanish over time, for a cell `h' = φ(W x + U h + b)`.
///
/// Let E be the loss and δ_k = ∂E/∂h_k, a row. One step back is a product with the Jacobian:
///
/// ```
/// d_k = δ_{k+1} ∘ φ'(a_k)              a_k = W x_k + U h_k + b,  h_{k+1} = φ(a_k)
/// v_k = δ_{k+1} · ∂h_{k+1}/∂h_k = d_k U
/// Ω   = 1/B Σ_samples Σ_k (r_k − 1)²   r_k = ‖v_k‖ / ‖δ_{k+1}‖
/// ```
///
/// so Ω is zero where the norm of the back-propagated error is preserved. As in the paper's section
/// 3.3, only the immediate derivative is taken: U varies, while δ and h are held constant. With φ'
/// a function of h and ∂‖v‖/∂v = v/‖v‖:
///
/// ```
/// ∂⁺Ω/∂U = 1/B Σ_samples Σ_k 2 (r_k − 1) / (‖v_k‖ ‖δ_{k+1}‖) · d_kᵀ v_k
/// ```
///
/// k runs over the steps that lead from one state of the network to another: not from a given
/// initial state, and not at padded steps, where ‖δ‖ is below 1e-20, or where v is zero and its
/// norm has no derivative. The paper sums over one sample; the mean over the batch matches a mean
/// loss.
///
/// The rows of U are divided among threads; each is a sum in a fixed order.
final class GradientPreservation {
  /// Errors below it have no reliable direction; the paper's own bound.
  private static final double SMALLEST = 1e-20;

  private final double weight;
  private final @Nullable Function activation;
  private final int batch;
  private final int size;
  private final WorkSplit rows;
  private final float[] d;
  private final float[] v;
  private int count;
  private float[] gradients = {};
  private int gradientOffset;
  private int gradientStride;
  private double value;

  /// The memory of a pass.
  ///
  /// @param outputs h_{k+1} `[T, B, H]`
  /// @param dy the gradient of the outputs, without the terms of later steps
  /// @param states for each k the gradient that step k sends back to h_k, `[B, H]`
  record Pass(Rows outputs, Rows dy, Rows[] states) {}

  /// @param weight λ, with which Ω is added to the loss
  GradientPreservation(double weight, Cell cell, Bounds bounds, int size, Engine engine) {
    this.weight = weight;
    activation = activation(cell);
    batch = bounds.batch();
    this.size = size;
    rows = engine.split(1, this::addRows);
    d = new float[bounds.time() * batch * size];
    v = new float[d.length];
  }

  /// The name of U; of `W [x; h]` that of the columns that multiply h.
  ///
  /// @throws CellException if the cell has another form, or U has heads
  static String matrix(Cell cell) {
    var found = matrix(sum(cell));
    return found == null || cell.heads().containsKey(found) ? refuse(cell) : found;
  }

  private static @Nullable Function activation(Cell cell) {
    return cell.equations().getFirst().value() instanceof Expr.Apply(var function, var _)
        ? function
        : null;
  }

  private static Expr sum(Cell cell) {
    if (cell.equations().size() != 1 || cell.states().size() != 1) {
      refuse(cell);
    }
    var value = cell.equations().getFirst().value();
    return switch (value) {
      case Expr.Apply(var function, var operand) -> switch (function) {
        case TANH, SIGMOID, RELU -> operand;
        default -> throw new CellException(refusal(cell), null);
      };
      default -> value;
    };
  }

  private static @Nullable String matrix(Expr sum) {
    return switch (sum) {
      case Expr.Product(var name, Expr.Previous _) -> name;
      case Expr.Product(var name, Expr.Concatenation(var parts)) -> {
        int i = 1;
        while (i <= parts.size() && !(parts.get(i - 1) instanceof Expr.Previous)) {
          i++;
        }
        yield i > parts.size() ? null : Shapes.block(name, i, parts.size());
      }
      case Expr.Combine(var operator, var left, var right) when operator == Operator.ADD -> {
        var first = matrix(left);
        yield first == null ? matrix(right) : first;
      }
      default -> null;
    };
  }

  private static String refuse(Cell cell) {
    throw new CellException(refusal(cell), null);
  }

  private static String refusal(Cell cell) {
    return ("Cell %s: the gradient of its state can only be preserved for h' = φ(W x + U h + b) "
        + "with tanh, σ, relu or no φ, and U without heads; it has\n%s")
        .formatted(cell.name(), cell);
  }

  /// Adds λ ∂⁺Ω/∂U.
  ///
  /// @param into the gradients
  /// @param u the columns of U
  void add(Pass pass, Span span, float[] into, Parameters.Columns u) {
    Leftovers.spoil(d);
    Leftovers.spoil(v);
    count = 0;
    value = 0;
    for (int k = span.first() > 0 ? 0 : 1; k < span.steps(); k++) {
      for (int b = 0; b < batch; b++) {
        if (is(span.present(), k * batch + b) && is(span.keep(), k * batch + b)) {
          add(pass, k, b);
        }
      }
    }
    gradients = into;
    gradientOffset = u.offset();
    gradientStride = u.stride();
    rows.run(size);
  }

  private static boolean is(@Nullable Rows given, int row) {
    return given == null || given.array()[given.offset() + row] != 0;
  }

  private void add(Pass pass, int k, int b) {
    int row = (k * batch + b) * size;
    int outputs = pass.outputs().offset() + row;
    int dy = pass.dy().offset() + row;
    var back = pass.states()[k];
    int at = back.offset() + b * size;
    var after = pass.states()[k + 1];
    int later = after.offset() + b * size;
    double arriving = 0;
    double sent = 0;
    int to = count * size;
    for (int i = 0; i < size; i++) {
      float delta = pass.dy().array()[dy + i] + after.array()[later + i];
      arriving += (double) delta * delta;
      d[to + i] = delta * slope(pass.outputs().array()[outputs + i]);
      v[to + i] = back.array()[at + i];
      sent += (double) v[to + i] * v[to + i];
    }
    arriving = Math.sqrt(arriving);
    sent = Math.sqrt(sent);
    if (arriving < SMALLEST || sent < SMALLEST || !Double.isFinite(arriving + sent)) {
      return;
    }
    double r = sent / arriving;
    value += (r - 1) * (r - 1) / batch;
    // Scaled one after the other: the product of two small norms may underflow.
    float dFactor = (float) (1 / arriving);
    float vFactor = (float) (2 * weight * (r - 1) / batch / sent);
    for (int i = 0; i < size; i++) {
      d[to + i] *= dFactor;
      v[to + i] *= vFactor;
    }
    count++;
  }

  /// φ' as a function of φ.
  private float slope(float h) {
    return switch (activation) {
      case null -> 1;
      case TANH -> 1 - h * h;
      case SIGMOID -> h * (1 - h);
      default -> h > 0 ? 1 : 0;
    };
  }

  private void addRows(int from, int to) {
    for (int i = from; i < to; i++) {
      int row = gradientOffset + i * gradientStride;
      for (int n = 0; n < count; n++) {
        float factor = d[n * size + i];
        int at = n * size;
        for (int j = 0; j < size; j++) {
          gradients[row + j] += factor * v[at + j];
        }
      }
    }
  }

  /// Ω of the last pass, without λ.
  double value() {
    return value;
  }

  long bytes() {
    return 4L * (d.length + v.length);
  }
}
