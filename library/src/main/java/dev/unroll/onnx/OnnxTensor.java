package dev.unroll.onnx;

import static java.util.Objects.requireNonNull;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.file.NpyFile;
import dev.unroll.onnx.proto.TensorReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An array of any number of axes: what models take and give. Immutable; elements are copied in and
/// out.
public final class OnnxTensor {
  private final NdArray array;

  private OnnxTensor(NdArray array) {
    this.array = array;
  }

  static OnnxTensor of(NdArray array) {
    return new OnnxTensor(array);
  }

  NdArray array() {
    return array;
  }

  /// Entries along the first axis, of which the last is repeated.
  OnnxTensor part(int first, int count, int filled) {
    var shape = shape();
    int each = array.length() / Math.max(shape[0], 1);
    shape[0] = filled;
    var to = NdArray.allocate(array.type(), Math.multiplyExact(filled, each));
    System.arraycopy(array.elements(), first * each, to, 0, count * each);
    for (int i = count; i < filled; i++) {
      System.arraycopy(array.elements(), (first + count - 1) * each, to, i * each, each);
    }
    return new OnnxTensor(NdArray.of(array.type(), shape, to));
  }

  /// Copies numbers of type float32.
  void copy(int from, float[] to, int offset, int count) {
    System.arraycopy(array.asFloats(), from, to, offset, count);
  }

  /// Parts, one after the other along the first axis.
  static final class Stack {
    private final int count;
    private @Nullable NdArray first;
    private @Nullable Object elements;
    private int at;

    Stack(int count) {
      this.count = count;
    }

    /// Adds the first entries of a part, which must have the shape of the parts before.
    void add(OnnxTensor part, int entries) {
      var array = part.array;
      int each = array.length() / array.size(0);
      var to = elements;
      var before = first;
      if (to == null || before == null) {
        before = array;
        to = NdArray.allocate(array.type(), Math.multiplyExact(count, each));
        first = array;
        elements = to;
      }
      if (before.axes() != array.axes() || before.length() / before.size(0) != each) {
        throw new IllegalArgumentException(
            "an output is %s for some keys and %s for others".formatted(before, array));
      }
      System.arraycopy(array.elements(), 0, to, at * each, entries * each);
      at += entries;
    }

    OnnxTensor tensor() {
      var array = requireNonNull(first);
      var shape = array.shape().clone();
      shape[0] = count;
      return new OnnxTensor(NdArray.of(array.type(), shape, requireNonNull(elements)));
    }
  }

  /// Numbers of type float32, the last axis running fastest; without a shape, one number alone.
  ///
  /// @throws IllegalArgumentException if there are more or fewer than the shape has
  public static OnnxTensor of(float[] elements, int... shape) {
    return made(ElementType.FLOAT, shape, elements.clone());
  }

  /// Numbers of type float64.
  public static OnnxTensor of(double[] elements, int... shape) {
    return made(ElementType.DOUBLE, shape, elements.clone());
  }

  /// Integers of type int64.
  public static OnnxTensor of(long[] elements, int... shape) {
    return made(ElementType.INT64, shape, elements.clone());
  }

  /// Integers of type int32.
  public static OnnxTensor of(int[] elements, int... shape) {
    var longs = new long[elements.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = elements[i];
    }
    return made(ElementType.INT32, shape, longs);
  }

  /// Truth values.
  public static OnnxTensor of(boolean[] elements, int... shape) {
    var longs = new long[elements.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = elements[i] ? 1 : 0;
    }
    return made(ElementType.BOOL, shape, longs);
  }

  /// Texts.
  public static OnnxTensor of(String[] elements, int... shape) {
    return made(ElementType.STRING, shape, elements.clone());
  }

  private static OnnxTensor made(ElementType type, int[] shape, Object elements) {
    try {
      var sizes = new long[shape.length];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = shape[i];
      }
      var array = NdArray.of(type, NdShape.of(sizes), elements);
      return new OnnxTensor(array);
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.sentence(), e);
    }
  }

  /// Reads a file: an array of NumPy (`.npy`), or one tensor as in ONNX's test data (`.pb`).
  ///
  /// @throws FormatException if it is neither, or damaged
  public static OnnxTensor read(Path file) throws IOException {
    try {
      var bytes = Files.readAllBytes(file);
      if (NpyFile.isArchive(bytes)) {
        throw new Refusal("is an archive of NumPy (.npz), which holds several arrays; save the one"
            + " that is meant with numpy.save, as .npy");
      }
      return new OnnxTensor(
          NpyFile.isOne(bytes) ? NpyFile.read(bytes) : TensorReader.read(bytes).array());
    } catch (Refusal e) {
      throw new FormatException("%s: %s".formatted(file, e.sentence()), e);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  /// Writes an array of NumPy; the file is replaced as a whole.
  ///
  /// @throws IllegalArgumentException if its type has none there: texts, bfloat16
  public void write(Path file) throws IOException {
    try {
      SafeFile.write(file, NpyFile.write(array));
    } catch (Refusal e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.sentence()), e);
    }
  }

  /// Writes arrays of NumPy, each to its file: all or, if one cannot be written, none.
  ///
  /// @throws IllegalArgumentException as [#write(Path)]
  public static void write(Map<Path, OnnxTensor> files) throws IOException {
    var contents = new LinkedHashMap<Path, SafeFile.Content>();
    for (var file : files.entrySet()) {
      try {
        var bytes = NpyFile.write(file.getValue().array);
        contents.put(file.getKey(), out -> out.write(bytes));
      } catch (Refusal e) {
        throw new IllegalArgumentException("%s: %s".formatted(file.getKey(), e.sentence()), e);
      }
    }
    SafeFile.write(contents);
  }

  /// The type of the elements: `float32`, `int64`, `bool`, `string`…
  public String type() {
    return array.type().text();
  }

  /// The sizes of the axes.
  public int[] shape() {
    return array.shape().clone();
  }

  /// Entries along an axis, the others as they are.
  ///
  /// @param from the first one
  /// @param to the one after the last
  /// @throws IllegalArgumentException if there is no such axis, or are no such entries
  public OnnxTensor slice(int axis, int from, int to) {
    requireAxis(axis);
    var shape = shape();
    if (from < 0 || to < from || to > shape[axis]) {
      throw new IllegalArgumentException("entries %d to %d of axis %d of %s, expected 0 to %d"
          .formatted(from, to, axis, this, shape[axis]));
    }
    int inner = inner(axis);
    int whole = shape[axis] * inner;
    int part = (to - from) * inner;
    shape[axis] = to - from;
    int outer = whole == 0 ? 0 : array.length() / whole;
    var elements = NdArray.allocate(array.type(), outer * part);
    for (int i = 0; i < outer; i++) {
      System.arraycopy(array.elements(), i * whole + from * inner, elements, i * part, part);
    }
    return new OnnxTensor(NdArray.of(array.type(), shape, elements));
  }

  /// Tensors one after the other along an axis.
  ///
  /// @param parts at least one, of the same type, and of the same size along all other axes
  /// @throws IllegalArgumentException if they are not, or have no such axis
  public static OnnxTensor concatenated(int axis, List<OnnxTensor> parts) {
    var first = parts.getFirst();
    first.requireAxis(axis);
    var shape = first.shape();
    long along = 0;
    for (var part : parts) {
      var sizes = part.shape();
      along += axis < sizes.length ? sizes[axis] : 0;
      if (axis < sizes.length) {
        sizes[axis] = shape[axis];
      }
      if (part.array.type() != first.array.type() || !Arrays.equals(sizes, shape)) {
        throw new IllegalArgumentException(
            "%s and %s cannot stand one after the other along axis %d"
                .formatted(first, part, axis));
      }
    }
    int inner = first.inner(axis);
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= shape[i];
    }
    shape[axis] = Math.toIntExact(along);
    int whole = Math.multiplyExact(shape[axis], inner);
    var elements = NdArray.allocate(first.array.type(), Math.multiplyExact(outer, whole));
    int at = 0;
    for (var part : parts) {
      int count = part.array.size(axis) * inner;
      for (int i = 0; i < outer; i++) {
        System.arraycopy(part.array.elements(), i * count, elements, i * whole + at, count);
      }
      at += count;
    }
    return new OnnxTensor(NdArray.of(first.array.type(), shape, elements));
  }

  /// Tensors one after the other along a new axis in front.
  ///
  /// @param parts at least one, of the same type and shape
  /// @throws IllegalArgumentException if they are not
  public static OnnxTensor stacked(List<OnnxTensor> parts) {
    return concatenated(0, parts.stream().map(part -> {
      var shape = new int[part.array.axes() + 1];
      shape[0] = 1;
      System.arraycopy(part.array.shape(), 0, shape, 1, shape.length - 1);
      return new OnnxTensor(part.array.reshaped(shape));
    }).toList());
  }

  /// The elements of an entry along an axis.
  private int inner(int axis) {
    int inner = 1;
    for (int i = axis + 1; i < array.axes(); i++) {
      inner *= array.size(i);
    }
    return inner;
  }

  private void requireAxis(int axis) {
    if (axis < 0 || axis >= array.axes()) {
      throw new IllegalArgumentException(
          "%s has no axis %d; axes are counted from 0".formatted(this, axis));
    }
  }

  /// The number of elements.
  public int size() {
    return array.length();
  }

  /// A copy of the elements, of which each is a number with a fraction or an integer, rounded to
  /// float32.
  ///
  /// @throws IllegalArgumentException if they are texts
  public float[] floats() {
    var floats = new float[numbers().length()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) array.number(i);
    }
    return floats;
  }

  /// A copy of the elements as numbers.
  ///
  /// @throws IllegalArgumentException if they are texts
  public double[] doubles() {
    var doubles = new double[numbers().length()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = array.number(i);
    }
    return doubles;
  }

  /// A copy of the elements, which must be integers or truth values, 0 and 1.
  ///
  /// @throws IllegalArgumentException if they are not
  public long[] longs() {
    if (array.type().kind() != ElementType.Kind.LONGS) {
      throw new IllegalArgumentException(
          "the elements of %s are no integers".formatted(array));
    }
    return array.longs().clone();
  }

  /// A copy of the elements, which must be texts.
  ///
  /// @throws IllegalArgumentException if they are not
  public String[] strings() {
    if (array.type() != ElementType.STRING) {
      throw new IllegalArgumentException("the elements of %s are no texts".formatted(array));
    }
    return array.strings().clone();
  }

  private NdArray numbers() {
    if (array.type() == ElementType.STRING) {
      throw new IllegalArgumentException("the elements of %s are no numbers".formatted(array));
    }
    return array;
  }

  /// Type and shape: `float32 [2, 3]`.
  @Override
  public String toString() {
    return array.toString();
  }
}
