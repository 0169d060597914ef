package dev.unroll.onnx.recurrent;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.array.SmallValues;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.operator.Scaled;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// DynamicQuantizeLSTM of ONNX Runtime (`com.microsoft`): an LSTM whose weights are integers, and
/// which writes x, once for all steps, and h, anew in each step for all samples, as integers from 0
/// to 255 before it multiplies them. Plain loops; what is not a product is computed in double.
///
/// Inputs: X, W `[D, F, 4H]`, R `[D, H, 4H]`, B, sequence_lens, initial_h, initial_c, P, then scale
/// and zero point of W and of R, `[D]` or `[D, 4H]`. Outputs as LSTM.
public final class QuantizedLstm implements Operator {
  private final RecurrentForm form;

  /// The matrices of the last run, which hardly ever change.
  private final Map<Integer, Matrix> known = new HashMap<>();

  private QuantizedLstm(RecurrentForm form) {
    this.form = form;
  }

  /// The operator of a node.
  public static Operator of(NodeDef node, Setting setting) {
    var form = RecurrentForm.of(RecurrentForm.Kind.LSTM, node);
    if (form.batchFirst()) {
      throw new Refusal("layout 1 is not known to DynamicQuantizeLSTM");
    }
    return new QuantizedLstm(form);
  }

  @Override
  public @Nullable NdArray[] run(Inputs in) {
    var x = in.get(0);
    var w = in.get(1);
    var r = in.get(2);
    int count = form.directions();
    if (x.axes() != 3 || x.type() != ElementType.FLOAT || w.axes() != 3 || r.axes() != 3) {
      throw Refusal.of("X is %s, W %s and R %s, expected float32 [T, B, F] and two arrays of three"
          + " axes", x, w, r);
    }
    int time = x.size(0);
    int batch = x.size(1);
    int features = x.size(2);
    int hidden = form.hiddenSize() > 0 ? form.hiddenSize() : r.size(1);
    int gates = Math.multiplyExact(4, hidden);
    require("W", w, count, features, gates);
    require("R", r, count, hidden, gates);
    require("B", in.orNull(3), count, 2 * gates);
    require("initial_h", in.orNull(5), count, batch, hidden);
    require("initial_c", in.orNull(6), count, batch, hidden);
    require("P", in.orNull(7), count, 3 * hidden);
    int[] lengths = RecurrentSizes.lengths(in.orNull(4), time, batch);
    var y = (float[]) NdArray.allocate(ElementType.FLOAT,
        NdShape.elements(time, count, batch, hidden));
    var h = new float[count * batch * hidden];
    var c = new float[count * batch * hidden];
    var scaled = Scaled.of(x.floats(), x.length());
    for (int d = 0; d < count; d++) {
      var direction = new Direction(in, d, features, hidden);
      direction.run(scaled, new Sequence(x.floats(), time, batch, features, lengths), y, h, c);
    }
    var state = new int[] {count, batch, hidden};
    return new NdArray[] {NdArray.of(new int[] {time, count, batch, hidden}, y),
      NdArray.of(state, h), NdArray.of(state, c)};
  }

  private static void require(String name, @Nullable NdArray array, int... shape) {
    if (array != null && !Arrays.equals(array.shape(), shape)) {
      throw Refusal.of("%s is %s, expected the shape %s", name, array, NdShape.text(shape));
    }
  }

  /// One direction of a run.
  private final class Direction {
    private final int d;
    private final int hidden;
    private final int features;
    private final Matrix w;
    private final Matrix r;
    private final float[] bias;
    private final float[] peepholes;
    private final @Nullable NdArray initialH;
    private final @Nullable NdArray initialC;

    Direction(Inputs in, int d, int features, int hidden) {
      this.d = d;
      this.hidden = hidden;
      this.features = features;
      w = matrix(2 * d, in.get(1), features, in.get(8), in.orNull(9));
      r = matrix(2 * d + 1, in.get(2), hidden, in.get(10), in.orNull(11));
      bias = new float[4 * hidden];
      if (in.has(3)) {
        var given = in.get(3).floats();
        for (int i = 0; i < bias.length; i++) {
          bias[i] = given[2 * d * bias.length + i] + given[(2 * d + 1) * bias.length + i];
        }
      }
      peepholes = in.has(7) ? Arrays.copyOfRange(in.get(7).floats(), 3 * d * hidden,
          3 * (d + 1) * hidden) : new float[3 * hidden];
      initialH = in.orNull(5);
      initialC = in.orNull(6);
    }

    private Matrix matrix(int key, NdArray array, int depth, NdArray scale,
        @Nullable NdArray zero) {
      var matrix = known.get(key);
      if (matrix == null || !matrix.isOf(array, scale, zero)) {
        matrix = Matrix.of(array, d, depth, scale, zero);
        known.put(key, matrix);
      }
      return matrix;
    }

    void run(Scaled scaled, Sequence sequence, float[] y, float[] lastH, float[] lastC) {
      int batch = sequence.batch();
      int row = 4 * hidden;
      int state = batch * hidden;
      boolean backward = form.reverse().get(d);
      var h = initial(initialH, state);
      var c = initial(initialC, state);
      var fromX = new float[row];
      var fromH = new float[row];
      System.arraycopy(h, 0, lastH, d * state, state);
      System.arraycopy(c, 0, lastC, d * state, state);
      for (int step = 0; step < sequence.time(); step++) {
        var written = Scaled.of(h, state);
        var before = h.clone();
        for (int b = 0; b < batch; b++) {
          if (step >= sequence.length(b)) {
            Arrays.fill(h, b * hidden, (b + 1) * hidden, 0);
            continue;
          }
          int t = backward ? sequence.length(b) - 1 - step : step;
          w.multiply(scaled, sequence.x(), (t * batch + b) * features, fromX);
          r.multiply(written, before, b * hidden, fromH);
          for (int i = 0; i < hidden; i++) {
            int at = b * hidden + i;
            step(fromX, fromH, i, c, h, at);
          }
          System.arraycopy(h, b * hidden, y,
              ((t * form.directions() + d) * batch + b) * hidden, hidden);
          System.arraycopy(h, b * hidden, lastH, d * state + b * hidden, hidden);
          System.arraycopy(c, b * hidden, lastC, d * state + b * hidden, hidden);
        }
      }
    }

    private float[] initial(@Nullable NdArray given, int state) {
      return given == null ? new float[state]
          : Arrays.copyOfRange(given.floats(), d * state, (d + 1) * state);
    }

    private void step(float[] fromX, float[] fromH, int i, float[] c, float[] h, int at) {
      var functions = form.activations().get(d);
      double old = c[at];
      double in = functions.get(0).of(limited(sum(fromX, fromH, 0, i) + peepholes[i] * old));
      double forget = form.inputForget() ? 1 - in
          : functions.get(0).of(
              limited(sum(fromX, fromH, 2, i) + peepholes[2 * hidden + i] * old));
      double candidate = functions.get(1).of(limited(sum(fromX, fromH, 3, i)));
      double memory = forget * old + in * candidate;
      double out = functions.get(0).of(
          limited(sum(fromX, fromH, 1, i) + peepholes[hidden + i] * memory));
      c[at] = (float) memory;
      h[at] = (float) (out * functions.get(2).of(limited(memory)));
    }

    private double sum(float[] fromX, float[] fromH, int gate, int i) {
      int at = gate * hidden + i;
      return (double) fromX[at] + fromH[at] + bias[at];
    }

    private double limited(double a) {
      return Math.clamp(a, -form.clip(), form.clip());
    }
  }

  /// Integers `[depth, columns]` of the file, and the scale and zero point of each column.
  ///
  /// @param given the arrays that it was made of
  /// @param from the first element
  private record Matrix(List<@Nullable NdArray> given, SmallValues.Bytes values, int from,
      int depth,
      float[] scales, int[] zeros) {

    static Matrix of(NdArray array, int d, int depth, NdArray scale, @Nullable NdArray zero) {
      int columns = array.size(2);
      int directions = array.size(0);
      int each = scale.length() == directions ? 1 : columns;
      if (scale.type() != ElementType.FLOAT || scale.length() != directions * each
          || zero != null && zero.length() != scale.length()
          || !array.type().isInteger() || array.type().bytes() != 1) {
        throw Refusal.of("weights are %s, their scale %s and zero point %s, expected int8 or uint8"
            + " with a number for each direction, or for each column of it", array, scale, zero);
      }
      var scales = new float[columns];
      var zeros = new int[columns];
      for (int j = 0; j < columns; j++) {
        int at = d * each + (each == 1 ? 0 : j);
        scales[j] = scale.floats()[at];
        zeros[j] = zero == null ? 0 : (int) zero.longs()[at];
      }
      var values = array.small() instanceof SmallValues.Bytes bytes ? bytes
          : SmallValues.Bytes.of(array);
      return new Matrix(Arrays.asList(array, scale, zero), values, d * depth * columns, depth,
          scales, zeros);
    }

    /// Whether it was made of these very arrays.
    boolean isOf(@Nullable NdArray... arrays) {
      for (int i = 0; i < arrays.length; i++) {
        if (given.get(i) != arrays[i]) {
          return false;
        }
      }
      return true;
    }

    /// `to = x A`, with x as integers: `Σ f (q − zero) = Σ f q − zero Σ f`.
    void multiply(Scaled scaled, float[] x, int first, float[] to) {
      int columns = scales.length;
      var sums = new int[columns];
      byte[] bytes = values.bytes();
      int factors = 0;
      for (int k = 0; k < depth; k++) {
        int factor = scaled.quantized(x[first + k]) - scaled.zero();
        factors += factor;
        int row = from + k * columns;
        if (values.signed()) {
          for (int j = 0; j < columns; j++) {
            sums[j] += factor * bytes[row + j];
          }
        } else {
          for (int j = 0; j < columns; j++) {
            sums[j] += factor * (bytes[row + j] & 0xff);
          }
        }
      }
      for (int j = 0; j < columns; j++) {
        to[j] = (sums[j] - zeros[j] * factors) * (scaled.scale() * scales[j]);
      }
    }
  }
}
