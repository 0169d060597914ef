package dev.unroll.onnx.array;

import java.util.Arrays;
import java.util.List;

/// Sizes of the axes of arrays.
public final class NdShape {
  /// More axes than any operator has use for.
  public static final int MOST_AXES = 64;

  private NdShape() {}

  /// The number of elements, which must fit in an array of Java.
  public static int elements(int... shape) {
    long product = 1;
    for (int size : shape) {
      if (size == 0) {
        return 0;
      }
      product *= size;
      if (product > Integer.MAX_VALUE - 8) {
        throw SizeRefusal.of("a tensor of shape %s is too large", Arrays.toString(shape));
      }
    }
    return (int) product;
  }

  /// A shape of numbers that stand in a file or a tensor.
  public static int[] of(long... sizes) {
    if (sizes.length > MOST_AXES) {
      throw Refusal.of("a shape of %d axes, at most %d are supported", sizes.length, MOST_AXES);
    }
    var shape = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0 || sizes[i] > Integer.MAX_VALUE - 8) {
        throw Refusal.of("a size of %d in shape %s, expected 0 to %d", sizes[i],
            Arrays.toString(sizes), Integer.MAX_VALUE - 8);
      }
      shape[i] = (int) sizes[i];
    }
    return shape;
  }

  /// The shape of an elementwise result: axes are compared from the last on, and a size of 1, or an
  /// axis that is missing, is repeated.
  public static int[] broadcast(int[] a, int[] b) {
    if (Arrays.equals(a, b)) {
      return a;
    }
    var shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int left = i <= a.length ? a[a.length - i] : 1;
      int right = i <= b.length ? b[b.length - i] : 1;
      if (left != right && left != 1 && right != 1) {
        throw Refusal.of("shapes %s and %s do not fit each other", Arrays.toString(a),
            Arrays.toString(b));
      }
      shape[shape.length - i] = left == 1 ? right : left;
    }
    return shape;
  }

  /// The distance of neighbours along each axis.
  public static int[] strides(int... shape) {
    var strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(shape[i], 1);
    }
    return strides;
  }

  /// The index in an array of shape `from` of each element of the array broadcast to `to`.
  public static int[] repeated(int[] from, int[] to) {
    var own = strides(from);
    var strides = new int[to.length];
    for (int i = 0; i < from.length; i++) {
      strides[to.length - from.length + i] = from[i] == 1 ? 0 : own[i];
    }
    return indices(to, strides, 0);
  }

  /// The index `offset + Σ i·stride` of each element of an array of this shape.
  public static int[] indices(int[] shape, int[] strides, int offset) {
    NdArray.requireRoom(elements(shape));
    var indices = new int[elements(shape)];
    if (indices.length == 0) {
      return indices;
    }
    var at = new int[shape.length];
    int index = offset;
    for (int n = 0;; n++) {
      indices[n] = index;
      int axis = shape.length - 1;
      for (; axis >= 0; axis--) {
        index += strides[axis];
        if (++at[axis] < shape[axis]) {
          break;
        }
        index -= strides[axis] * shape[axis];
        at[axis] = 0;
      }
      if (axis < 0) {
        return indices;
      }
    }
  }

  /// An axis counted from the first, of one that may be counted from behind.
  public static int axis(long axis, int axes) {
    if (axis < -axes || axis >= axes) {
      throw Refusal.of("axis %d of a tensor with %d axes, expected %d to %d", axis, axes, -axes,
          axes - 1);
    }
    return (int) (axis < 0 ? axis + axes : axis);
  }

  /// Several axes, sorted; each once.
  public static int[] axes(List<Long> axes, int count) {
    var found = axes.stream().mapToInt(axis -> axis(axis, count)).sorted().toArray();
    if (Arrays.stream(found).distinct().count() != found.length) {
      throw Refusal.of("axes %s name one twice", axes);
    }
    return found;
  }

  /// As text: `[2, 3]`.
  public static String text(int... shape) {
    return Arrays.toString(shape);
  }
}
