package dev.unroll.onnx.recurrent;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.array.NdArray;
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

  /// Writes them as the parameters of the cell.
  void store(Parameters parameters, String prefix) {
    var gates = requireNonNull(kind).gates();
    var input = requireNonNull(w).asFloats();
    var state = requireNonNull(r).asFloats();
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
      copy(p.asFloats(), (direction * PEEPHOLES.length + k) * hidden, parameters,
          prefix + PEEPHOLES[k]);
    }
  }

  /// Copies a block, if the cell has it: with coupled gates there is none for f.
  private static void copy(float[] from, int at, Parameters parameters, String name) {
    var block = parameters.byName().get(name);
    if (block != null) {
      int columns = block.columns();
      parameters.fill(block,
          (i, into) -> System.arraycopy(from, at + i * columns, into, 0, columns));
    }
  }
}
