package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.array.SmallValues;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Numbers as small integers and back: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, and
/// MatMulInteger, the product of such numbers.
///
/// ```
/// q = limit(round(x / scale) + zero)     x = (q − zero) scale     halves are rounded to even
/// ```
///
/// Scale and zero are one number each, or one for each place along an axis (opset 13), or one for
/// each block of places (opset 21).
final class Quantization {
  private Quantization() {}

  static Map<String, Operator.Factory> all() {
    var all = new TreeMap<String, Operator.Factory>();
    all.put("QuantizeLinear", Quantization::quantize);
    all.put("DequantizeLinear", Quantization::dequantize);
    all.put("DynamicQuantizeLinear", (_, _) -> in -> dynamic(in.get(0)));
    all.put("MatMulInteger", (_, _) -> Operator.one(Quantization::product));
    return all;
  }

  private static Operator quantize(NodeDef node, Operator.Setting setting) {
    var form = Form.of(node, setting);
    long wanted = node.attributes().integer("output_dtype", 0);
    var stated = wanted == 0 ? ElementType.UINT8 : ElementType.ofCode(wanted);
    return Operator.one(in -> {
      var x = in.get(0);
      var zero = in.orNull(2);
      var type = zero == null ? stated : zero.type();
      if (!type.isInteger() || type.bytes() > 2) {
        throw Refusal.of("%s is not supported here; int8, uint8, int16 and uint16 are",
            type.text());
      }
      var scale = in.get(1);
      var places = form.places(x, scale, zero);
      var to = new long[x.length()];
      for (int i = 0; i < to.length; i++) {
        float quotient = (float) x.number(i) / (float) scale.number(places.of(i));
        to[i] = limited(Math.rint(quotient) + (zero == null ? 0 : zero.number(places.of(i))), type);
      }
      return NdArray.of(type, x.shape(), to);
    });
  }

  private static Operator dequantize(NodeDef node, Operator.Setting setting) {
    var form = Form.of(node, setting);
    return Operator.one(in -> {
      var x = in.get(0);
      var scale = in.get(1);
      var zero = in.orNull(2);
      if (!x.type().isInteger() || zero != null && zero.type() != x.type()) {
        throw Refusal.of("x is %s and its zero point %s, expected integers of one type", x, zero);
      }
      var places = form.places(x, scale, zero);
      if (x.small() instanceof SmallValues.Bytes bytes && scale.type() == ElementType.FLOAT
          && places.blocks() == 0) {
        var small = places.scaled(bytes, scale.floats(), zero);
        if (small != null) {
          return NdArray.of(ElementType.FLOAT, x.shape(), small);
        }
      }
      var from = x.longs();
      var to = new float[x.length()];
      for (int i = 0; i < to.length; i++) {
        long above = from[i] - (zero == null ? 0 : zero.longs()[places.of(i)]);
        to[i] = above * (float) scale.number(places.of(i));
      }
      return NdArray.of(scale.type(), x.shape(), to);
    });
  }

  private static long limited(double value, ElementType type) {
    boolean signed = type == ElementType.INT8 || type == ElementType.INT16;
    long all = 1L << 8 * type.bytes();
    long least = signed ? -all / 2 : 0;
    return Double.isNaN(value) ? least
        : (long) Math.clamp(value, (double) least, (double) (least + all - 1));
  }

  /// Along which axis scales stand, and for how many places each.
  private record Form(long axis, long block) {

    static Form of(NodeDef node, Operator.Setting setting) {
      long block = node.attributes().integer("block_size", 0);
      if (block < 0) {
        throw Refusal.of("block_size is %d, expected 0 or more", block);
      }
      return new Form(node.attributes().integer("axis", setting.opset() < 10 ? 0 : 1), block);
    }

    Places places(NdArray x, NdArray scale, @Nullable NdArray zero) {
      if (!scale.type().isReal() || scale.type() == ElementType.DOUBLE
          || zero != null && zero.length() != scale.length()) {
        throw Refusal.of("the scale is %s and the zero point %s, expected as many of each", scale,
            zero);
      }
      if (scale.length() == 1 && scale.axes() <= 1) {
        return new Places(1, 1, 1, 0);
      }
      int along = NdShape.axis(axis, x.axes());
      int size = x.size(along);
      int inner = NdShape.elements(Arrays.copyOfRange(x.shape(), along + 1, x.axes()));
      if (block == 0) {
        if (scale.axes() != 1 || scale.length() != size) {
          throw Refusal.of("the scale is %s, expected one number, or %d for axis %d of %s", scale,
              size, axis, x);
        }
        return new Places(inner, size, 1, 0);
      }
      var expected = x.shape().clone();
      int blocks = (int) ((size + block - 1) / block);
      expected[along] = blocks;
      if (!Arrays.equals(scale.shape(), expected)) {
        throw Refusal.of("the scale is %s, expected the shape %s: a number for each %d places of"
            + " axis %d of %s", scale, NdShape.text(expected), block, axis, x);
      }
      return new Places(inner, size, block, blocks);
    }
  }

  /// The scale that belongs to each element.
  ///
  /// @param blocks how many there are along the axis; 0 if the scale has this axis alone
  private record Places(int inner, int size, long block, int blocks) {

    /// The bytes with their scales; null if one is too far from its zero point for a byte.
    SmallValues.@Nullable Scaled scaled(SmallValues.Bytes bytes, float[] scales,
        @Nullable NdArray zero) {
      var zeros = new int[scales.length];
      for (int i = 0; zero != null && i < zeros.length; i++) {
        zeros[i] = (int) zero.longs()[i];
      }
      for (int i = 0; i < bytes.length(); i++) {
        int above = bytes.integer(i) - zeros[of(i)];
        if (above != (byte) above) {
          return null;
        }
      }
      return new SmallValues.Scaled(bytes, scales, zeros, inner);
    }

    int of(int i) {
      if (blocks == 0) {
        return i / inner % size;
      }
      int outer = i / inner / size;
      return (outer * blocks + (int) (i / inner % size / block)) * inner + i % inner;
    }
  }

  /// A scale so that 0 and all numbers fit in uint8, and the numbers in it.
  static NdArray[] dynamic(NdArray x) {
    if (x.type() != ElementType.FLOAT) {
      throw Refusal.of("x is %s, expected float32", x);
    }
    var scaled = Scaled.of(x.floats(), x.length());
    var to = new long[x.length()];
    for (int i = 0; i < to.length; i++) {
      to[i] = scaled.quantized(x.floats()[i]);
    }
    return new NdArray[] {NdArray.of(ElementType.UINT8, x.shape(), to),
      NdArray.of(new int[0], scaled.scale()),
      NdArray.of(ElementType.UINT8, new int[0], new long[] {scaled.zero()})};
  }

  /// `(A − a) (B − b)` in int32; a is one number or one for each row, b one number or one for each
  /// column.
  private static NdArray product(Operator.Inputs in) {
    var a = in.get(0);
    var b = in.get(1);
    if (!a.type().isInteger() || a.type().bytes() != 1 || !b.type().isInteger()
        || b.type().bytes() != 1 || a.axes() < 1 || b.axes() < 1) {
      throw Refusal.of("%s times %s, expected matrices of int8 or uint8", a, b);
    }
    var left = a.axes() == 1 ? a.reshaped(1, a.size(0)) : a;
    var right = b.axes() == 1 ? b.reshaped(b.size(0), 1) : b;
    int rows = left.size(left.axes() - 2);
    int depth = left.size(left.axes() - 1);
    int columns = right.size(right.axes() - 1);
    if (depth != right.size(right.axes() - 2)) {
      throw Refusal.of("%s times %s: the inner sizes differ", a, b);
    }
    var before = Arrays.copyOf(left.shape(), left.axes() - 2);
    var behind = Arrays.copyOf(right.shape(), right.axes() - 2);
    var batch = NdShape.broadcast(before, behind);
    var ofLeft = NdShape.repeated(before, batch);
    var ofRight = NdShape.repeated(behind, batch);
    var ofRow = zeros(in.orNull(2), rows, "a_zero_point");
    var ofColumn = zeros(in.orNull(3), columns, "b_zero_point");
    var whole = Arrays.copyOf(batch, batch.length + 2);
    whole[batch.length] = rows;
    whole[batch.length + 1] = columns;
    var to = (long[]) NdArray.allocate(ElementType.INT32, NdShape.elements(whole));
    var x = left.longs();
    var y = right.longs();
    for (int n = 0; n < ofLeft.length; n++) {
      for (int i = 0; i < rows; i++) {
        int row = (n * rows + i) * columns;
        for (int k = 0; k < depth; k++) {
          long factor = x[(ofLeft[n] * rows + i) * depth + k] - ofRow[i];
          int from = (ofRight[n] * depth + k) * columns;
          for (int j = 0; j < columns; j++) {
            to[row + j] += factor * (y[from + j] - ofColumn[j]);
          }
        }
      }
    }
    for (int i = 0; i < to.length; i++) {
      to[i] = ElementType.INT32.wrap(to[i]);
    }
    var shape = new int[whole.length - (a.axes() == 1 ? 1 : 0) - (b.axes() == 1 ? 1 : 0)];
    System.arraycopy(batch, 0, shape, 0, batch.length);
    int at = batch.length;
    if (a.axes() > 1) {
      shape[at++] = rows;
    }
    if (b.axes() > 1) {
      shape[at] = columns;
    }
    return NdArray.of(ElementType.INT32, shape, to);
  }

  private static long[] zeros(@Nullable NdArray given, int count, String name) {
    var zeros = new long[count];
    if (given == null) {
      return zeros;
    }
    if (given.length() != 1 && given.length() != count) {
      throw Refusal.of("%s is %s, expected one number or %d", name, given, count);
    }
    for (int i = 0; i < count; i++) {
      zeros[i] = given.longs()[given.length() == 1 ? 0 : i];
    }
    return zeros;
  }
}
