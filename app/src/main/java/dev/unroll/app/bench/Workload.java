package dev.unroll.app.bench;

import dev.unroll.cell.VariationalDropout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Precision;
import java.util.HashMap;
import java.util.Locale;

/// A workload to measure: layers of a cell with a shape.
///
/// @param masks whether the cell has masks of variational dropout
/// @param weights how matrices are stored
record Workload(Cell cell, Mode mode, Shape shape, boolean masks, Precision weights) {
  /// The divisor of H for further sizes of a cell, such as the projection of an LSTM.
  private static final int SHARE = 2;

  /// The work of a call.
  enum Mode {
    /// A whole sequence forward; weights were packed before.
    INFER,
    /// Forward and backward, with the gradients of all parameters and of x; weights are packed
    /// again.
    TRAIN,
    /// One step, from the states of the previous call; with B > 1 for B keys out of many.
    STEP;

    String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The sizes: B, T, F, H and L.
  record Shape(int batch, int time, int input, int hidden, int layers) {}

  /// A workload of a cell with weights of floats, with masks if wanted.
  public static Workload of(Cell cell, Mode mode, Shape shape, boolean masks) {
    boolean wrap = masks && cell.shapes().masks().isEmpty();
    return new Workload(
        wrap ? VariationalDropout.of(cell, VariationalDropout.Masks.TIED) : cell,
        mode, shape, masks, Precision.FLOAT32);
  }

  /// The same with other weights.
  public Workload with(Precision weights) {
    return new Workload(cell, mode, shape, masks, weights);
  }

  boolean trains() {
    return mode == Mode.TRAIN;
  }

  /// The plan of a layer.
  public Plan plan() {
    return trains() ? Plan.training(cell) : Plan.inference(cell);
  }

  /// The sizes of a layer, counted from 0.
  public Dimensions sizes(int layer) {
    var sizes = new HashMap<>(Dimensions.of(shape.input(), shape.hidden()).elements());
    cell.shapes().namedSizes()
        .forEach(name -> sizes.put(name, Math.max(1, shape.hidden() / SHARE)));
    var first = new Dimensions(sizes);
    if (layer > 0) {
      sizes.put(Size.INPUT.name(), first.of(output()));
    }
    return new Dimensions(sizes);
  }

  /// The output size of a layer.
  public Size output() {
    var size = cell.shapes().output();
    return size.equals(Size.ONE) ? Size.HIDDEN : size;
  }

  /// The name of the cell, whether it has masks, and what its weights are if not floats.
  public String label() {
    return cell.name() + (masks ? " + masks" : "")
        + (weights == Precision.FLOAT32 ? "" : ", " + weights);
  }
}
