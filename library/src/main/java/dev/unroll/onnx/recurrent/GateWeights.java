package dev.unroll.onnx.recurrent;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.SmallValues;
import dev.unroll.tensor.Parameters;
import org.jspecify.annotations.Nullable;

/// The weights of one direction as ONNX has them.
///
/// @param w `[D, G·H, F]`, the gates in ONNX's order
/// @param r `[D, G·H, H]`
/// @param b `[D, 2·G·H]`, the biases of W, then those of R; null for zeros
/// @param p `[D, 3·H]`, peepholes of i, o, f; null for none
record GateWeights(RecurrentForm.@Nullable Kind kind, @Nullable NdArray w, @Nullable NdArray r,
    @Nullable NdArray b, @Nullable NdArray p, int direction, int inputs, int hidden) {
  /// None yet.
  static final GateWeights NONE = new GateWeights(null, null, null, null, null, 0, 0, 0);

  private static final String[] PEEPHOLES = {"p_i", "p_o", "p_f"};

  /// Whether these are the very arrays; arrays do not change.
  boolean isSame(GateWeights other) {
    return w == other.w && r == other.r && b == other.b && p == other.p;
  }

  /// Whether both matrices are bytes of which each row has one scale.
  boolean areBytes() {
    return isBytes(w, inputs) && isBytes(r, hidden);
  }

  private static boolean isBytes(@Nullable NdArray matrix, int columns) {
    return matrix != null && matrix.small() instanceof SmallValues.Scaled scaled
        && scaled.isScaledAlong(0, columns, 1, columns);
  }

  /// Whether their scales are powers of two.
  boolean areExact() {
    return requireNonNull(w).small() instanceof SmallValues.Scaled ofInput && ofInput.isExact()
        && requireNonNull(r).small() instanceof SmallValues.Scaled ofState && ofState.isExact();
  }

  /// Writes them as the parameters of the cell.
  ///
  /// @param asBytes whether the matrices are given as they are, see [#areBytes]
  void store(Parameters parameters, String prefix, boolean asBytes) {
    var gates = requireNonNull(kind).gates();
    var input = matrix(requireNonNull(w), asBytes);
    var state = matrix(requireNonNull(r), asBytes);
    var bias = b == null ? null : b.asFloats();
    int all = gates.size() * hidden;
    for (int g = 0; g < gates.size(); g++) {
      int row = direction * all + g * hidden;
      copy(input, row * inputs, parameters, prefix + "W" + gates.get(g));
      copy(state, row * hidden, parameters, prefix + "R" + gates.get(g));
      var sum = parameters.byName().get(prefix + "b" + gates.get(g));
      var own = parameters.byName().get(prefix + "u" + gates.get(g));
      int at = 2 * direction * all + g * hidden;
      if (sum != null) {
        parameters.fill(sum, (i, into) -> {
          float ofInput = bias == null ? 0 : bias[at + i];
          float ofState = bias == null ? 0 : bias[at + all + i];
          into[0] = own == null ? ofInput + ofState : ofInput;
        });
      }
      if (own != null) {
        parameters.fill(own, (i, into) -> into[0] = bias == null ? 0 : bias[at + all + i]);
      }
    }
    for (int k = 0; p != null && k < PEEPHOLES.length; k++) {
      copy(matrix(p, false), (direction * PEEPHOLES.length + k) * hidden, parameters,
          prefix + PEEPHOLES[k]);
    }
  }

  /// Copies a block, if the cell has it: with coupled gates there is none for f.
  private static void copy(Matrix from, int at, Parameters parameters, String name) {
    var block = parameters.byName().get(name);
    if (block != null) {
      from.copy(at, parameters, block);
    }
  }

  private static Matrix matrix(NdArray array, boolean asBytes) {
    if (asBytes && array.small() instanceof SmallValues.Scaled scaled) {
      return (at, parameters, block) -> parameters.storage().fillBytes(block, (i, into) -> {
        int from = at + i * block.columns();
        for (int j = 0; j < block.columns(); j++) {
          into[j] = scaled.integer(from + j);
        }
        return scaled.scale(from);
      });
    }
    var floats = array.asFloats();
    return (at, parameters, block) -> parameters.fill(block,
        (i, into) -> System.arraycopy(floats, at + i * block.columns(), into, 0, block.columns()));
  }

  /// Rows of weights one behind another.
  private interface Matrix {
    /// Copies those of a block.
    ///
    /// @param at the first element
    void copy(int at, Parameters parameters, Parameters.Block block);
  }
}
