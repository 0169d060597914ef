package dev.unroll.server.protocol;

import java.util.Arrays;
import java.util.List;

/// A tensor: its name, and its elements row by row.
///
/// @param shape the sizes of the axes
/// @param elements `float[]` of FP16 and FP32, `double[]` of FP64, `long[]` of integers and truth
///     values, `String[]` of BYTES; shared, not copied
@SuppressWarnings("ArrayRecordComponent") // of the size of a request; nobody compares them
public record TensorData(String name, Datatype datatype, int[] shape, Object elements) {
  /// Numbers of type FP32.
  public static TensorData of(String name, float[] elements, int... shape) {
    return new TensorData(name, Datatype.FP32, shape, elements);
  }

  /// Numbers of type FP64.
  public static TensorData of(String name, double[] elements, int... shape) {
    return new TensorData(name, Datatype.FP64, shape, elements);
  }

  /// Integers of type INT64.
  public static TensorData of(String name, long[] elements, int... shape) {
    return new TensorData(name, Datatype.INT64, shape, elements);
  }

  /// Texts.
  public static TensorData of(String name, List<String> elements, int... shape) {
    return new TensorData(name, Datatype.BYTES, shape, elements.toArray(String[]::new));
  }

  /// The number of elements.
  public int size() {
    return switch (elements) {
      case float[] floats -> floats.length;
      case double[] doubles -> doubles.length;
      case long[] longs -> longs.length;
      case String[] texts -> texts.length;
      default -> throw new IllegalStateException("elements of " + elements.getClass());
    };
  }

  /// The elements as floats, of any type of numbers; not a copy if they are floats.
  ///
  /// @throws RefusedException if they are texts
  public float[] floats() {
    return switch (elements) {
      case float[] floats -> floats;
      case double[] doubles -> {
        var floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) doubles[i];
        }
        yield floats;
      }
      case long[] longs -> {
        var floats = new float[longs.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = longs[i];
        }
        yield floats;
      }
      default -> throw notOf("numbers");
    };
  }

  /// The elements as doubles, of any type of numbers; not a copy if they are doubles.
  ///
  /// @throws RefusedException if they are texts
  public double[] doubles() {
    if (elements instanceof double[] doubles) {
      return doubles;
    }
    if (elements instanceof long[] longs) {
      return Arrays.stream(longs).mapToDouble(i -> i).toArray();
    }
    var floats = floats();
    var doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /// The elements, which must be integers.
  ///
  /// @throws RefusedException if they are not
  public long[] longs() {
    if (elements instanceof long[] longs) {
      return longs;
    }
    throw notOf("integers");
  }

  /// The elements, which must be texts.
  ///
  /// @throws RefusedException if they are not
  public String[] texts() {
    if (elements instanceof String[] texts) {
      return texts;
    }
    throw notOf("texts, datatype BYTES");
  }

  private RefusedException notOf(String what) {
    return RefusedException.invalid("the input %s is of datatype %s, expected %s", Shown.of(name),
        datatype, what);
  }

  /// As text: `features FP32 [1, 1, 8]`.
  @Override
  public String toString() {
    return "%s %s %s".formatted(name, datatype, Arrays.toString(shape));
  }
}
