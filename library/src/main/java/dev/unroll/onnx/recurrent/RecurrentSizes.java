package dev.unroll.onnx.recurrent;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator.Inputs;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The sizes of a recurrent node, after all inputs were found to fit them.
record RecurrentSizes(int inputs, int hidden) {

  static RecurrentSizes of(RecurrentForm form, Inputs inputs, int batch) {
    var x = inputs.get(0);
    var r = inputs.get(2);
    int features = x.size(2);
    int hidden = form.hiddenSize() > 0 ? form.hiddenSize()
        : r.axes() == 3 ? r.size(2) : 0;
    if (hidden < 1 || features < 1) {
      throw Refusal.of("X is %s and R is %s, expected at least one feature and one hidden unit",
          x, r);
    }
    int count = form.directions();
    int gates = Math.multiplyExact(form.kind().gates().size(), hidden);
    var wheres = " for %d direction%s, %d feature%s and hidden_size %d".formatted(count,
        count == 1 ? "" : "s", features, features == 1 ? "" : "s", hidden);
    require("W", inputs.get(1), wheres, count, gates, features);
    require("R", r, wheres, count, gates, hidden);
    require("B", inputs.orNull(3), wheres, count, 2 * gates);
    var state = form.batchFirst() ? new int[] {batch, count, hidden}
        : new int[] {count, batch, hidden};
    var samples = " for %d sample%s, %d direction%s and hidden_size %d".formatted(batch,
        batch == 1 ? "" : "s", count, count == 1 ? "" : "s", hidden);
    require("initial_h", inputs.orNull(5), samples, state);
    if (form.kind() == RecurrentForm.Kind.LSTM) {
      require("initial_c", inputs.orNull(6), samples, state);
      require("P", inputs.orNull(7), wheres, count, 3 * hidden);
    }
    return new RecurrentSizes(features, hidden);
  }

  private static void require(String name, @Nullable NdArray array, String reason, int... shape) {
    if (array != null && !(array.type().isReal() && Arrays.equals(array.shape(), shape))) {
      throw Refusal.of("%s is %s, expected real numbers of shape %s%s", name, array,
          NdShape.text(shape), reason);
    }
  }

  /// The lengths of sequences; none if they are left out.
  static int[] lengths(@Nullable NdArray given, int time, int batch) {
    if (given == null) {
      return new int[0];
    }
    if (given.axes() != 1 || given.size(0) != batch || !given.type().isInteger()) {
      throw Refusal.of("sequence_lens is %s, expected %d integers, one a sample", given, batch);
    }
    var lengths = new int[batch];
    for (int b = 0; b < batch; b++) {
      long length = given.longs()[b];
      if (length < 0 || length > time) {
        throw Refusal.of("sequence_lens has %d, expected 0 to %d steps", length, time);
      }
      lengths[b] = (int) length;
    }
    return lengths;
  }
}
