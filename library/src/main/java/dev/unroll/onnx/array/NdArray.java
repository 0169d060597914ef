package dev.unroll.onnx.array;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An array of any number of axes; immutable by agreement: those who make one hand over its
/// elements, those who read them do not write. So a reshaped array shares its elements.
public final class NdArray {
  private final ElementType type;
  private final int[] shape;
  private final Object elements;

  private NdArray(ElementType type, int[] shape, Object elements, int length) {
    this.type = type;
    this.shape = shape;
    this.elements = elements;
    if (length != NdShape.elements(shape)) {
      throw Refusal.of("%d elements for a tensor of shape %s, which has %d", length,
          NdShape.text(shape), NdShape.elements(shape));
    }
  }

  /// An array of numbers of type float32.
  public static NdArray of(int[] shape, float... elements) {
    return new NdArray(ElementType.FLOAT, shape, elements, elements.length);
  }

  /// An array of numbers of one of the types kept as `float`, rounded to it.
  public static NdArray of(ElementType type, int[] shape, float... elements) {
    if (type != ElementType.FLOAT) {
      for (int i = 0; i < elements.length; i++) {
        elements[i] = type.round(elements[i]);
      }
    }
    return new NdArray(type, shape, elements, elements.length);
  }

  /// An array of numbers of type float64.
  public static NdArray of(int[] shape, double... elements) {
    return new NdArray(ElementType.DOUBLE, shape, elements, elements.length);
  }

  /// An array of integers or truth values.
  public static NdArray of(ElementType type, int[] shape, long... elements) {
    return new NdArray(type, shape, elements, elements.length);
  }

  /// A vector of int64.
  public static NdArray vector(long... elements) {
    return of(ElementType.INT64, new int[] {elements.length}, elements);
  }

  /// An array of texts.
  public static NdArray of(int[] shape, String... elements) {
    return new NdArray(ElementType.STRING, shape, elements, elements.length);
  }

  /// An array of a kind of elements that the type has.
  public static NdArray of(ElementType type, int[] shape, Object elements) {
    return switch (elements) {
      case float[] f -> of(type, shape, f);
      case double[] d -> of(shape, d);
      case long[] l -> of(type, shape, l);
      case String[] s -> of(shape, s);
      default -> throw new IllegalArgumentException("no elements: " + elements.getClass());
    };
  }

  /// An array of small elements, which the type can hold.
  public static NdArray of(ElementType type, int[] shape, SmallValues elements) {
    return new NdArray(type, shape, elements, elements.length());
  }

  /// An array of real numbers of any type, which were computed in float32.
  public static NdArray real(ElementType type, int[] shape, float... elements) {
    if (type != ElementType.DOUBLE) {
      return of(type, shape, elements);
    }
    var doubles = new double[elements.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = elements[i];
    }
    return of(shape, doubles);
  }

  /// Refuses a tensor for which there cannot be memory, or which the run has no room for.
  ///
  /// @throws SizeRefusal if it has too many elements
  public static void requireRoom(long length) {
    NumberLimit.requireRoom(length);
    if (8 * length > Runtime.getRuntime().maxMemory() / 2) {
      throw SizeRefusal.of("a tensor of %d elements is more than the memory of %d MiB that Java may"
          + " take has room for; allow more with -Xmx", length,
          Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  /// Memory for elements, if there can be as much.
  public static Object allocate(ElementType type, int length) {
    requireRoom(length);
    return switch (type.kind()) {
      case FLOATS -> new float[length];
      case DOUBLES -> new double[length];
      case LONGS -> new long[length];
      case STRINGS -> {
        var texts = new String[length];
        Arrays.fill(texts, "");
        yield texts;
      }
    };
  }

  /// The type of the elements.
  public ElementType type() {
    return type;
  }

  /// The sizes of the axes; not to be changed.
  public int[] shape() {
    return shape;
  }

  /// The size of an axis.
  public int size(int axis) {
    return shape[axis];
  }

  /// The number of axes.
  public int axes() {
    return shape.length;
  }

  /// The number of elements.
  public int length() {
    return switch (elements) {
      case float[] f -> f.length;
      case double[] d -> d.length;
      case long[] l -> l.length;
      case SmallValues s -> s.length();
      default -> ((String[]) elements).length;
    };
  }

  /// The elements, as a Java array of the type's kind; a new one if they are small.
  public Object elements() {
    return elements instanceof SmallValues small ? small.decoded() : elements;
  }

  /// The elements, if they are kept in one or two bytes each; else null.
  public @Nullable SmallValues small() {
    return elements instanceof SmallValues small ? small : null;
  }

  /// The elements of a type kept as `float`.
  public float[] floats() {
    if (elements() instanceof float[] floats) {
      return floats;
    }
    throw wrong("float32");
  }

  /// The elements of type float64.
  public double[] doubles() {
    if (elements() instanceof double[] doubles) {
      return doubles;
    }
    throw wrong("float64");
  }

  /// The elements of a type kept as `long`.
  public long[] longs() {
    if (elements() instanceof long[] longs) {
      return longs;
    }
    throw wrong("int64");
  }

  /// The elements of type string.
  public String[] strings() {
    if (elements instanceof String[] strings) {
      return strings;
    }
    throw wrong("string");
  }

  private Refusal wrong(String expected) {
    return Refusal.of("the tensor is %s, expected %s", this, expected);
  }

  /// An element as a number.
  public double number(int i) {
    return switch (elements) {
      case float[] f -> f[i];
      case double[] d -> d[i];
      case long[] l -> type == ElementType.UINT64 && l[i] < 0 ? l[i] + 0x1p64 : l[i];
      case SmallValues s -> s.number(i);
      default -> throw wrong("numbers");
    };
  }

  /// The elements as `float`s: themselves, or rounded from float64.
  public float[] asFloats() {
    if (elements instanceof double[] doubles) {
      var floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
    return floats();
  }

  /// The only element, an integer.
  public long integer() {
    if (length() != 1) {
      throw Refusal.of("the tensor is %s, expected one integer", this);
    }
    return longs()[0];
  }

  /// The only element, a truth value or a number.
  public boolean isTrue() {
    if (length() != 1) {
      throw Refusal.of("the condition is %s, expected one truth value", this);
    }
    return number(0) != 0;
  }

  /// The elements of a vector of integers.
  public List<Long> list() {
    return Arrays.stream(longs()).boxed().toList();
  }

  /// A copy, of which the elements lie in memory of its own.
  public NdArray copy() {
    var copy = allocate(type, length());
    System.arraycopy(elements(), 0, copy, 0, length());
    return new NdArray(type, shape, copy, length());
  }

  /// The same elements with other axes.
  public NdArray reshaped(int... shape) {
    return new NdArray(type, shape, elements, length());
  }

  /// The elements at these indices, as an array of another shape.
  public NdArray take(int[] shape, int[] indices) {
    var taken = allocate(type, indices.length);
    switch (elements()) {
      case float[] f -> {
        var to = (float[]) taken;
        for (int i = 0; i < indices.length; i++) {
          to[i] = f[indices[i]];
        }
      }
      case double[] d -> {
        var to = (double[]) taken;
        for (int i = 0; i < indices.length; i++) {
          to[i] = d[indices[i]];
        }
      }
      case long[] l -> {
        var to = (long[]) taken;
        for (int i = 0; i < indices.length; i++) {
          to[i] = l[indices[i]];
        }
      }
      default -> {
        var from = (String[]) elements;
        var to = (String[]) taken;
        for (int i = 0; i < indices.length; i++) {
          to[i] = from[indices[i]];
        }
      }
    }
    return of(type, shape, taken);
  }

  @Override
  public String toString() {
    return type.text() + " " + NdShape.text(shape);
  }
}
