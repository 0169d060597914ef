package dev.unroll.exchange.checkpoint;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.Printable;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A tensor of a checkpoint: its name, type and shape are known, its elements are read when they
/// are asked for. Safe for use by several threads.
public final class CheckpointTensor {
  /// The largest length of a Java array on every virtual machine.
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  private final String name;
  private final String type;
  private final long[] shape;
  private final @Nullable Object place;
  private final Elements elements;
  private final @Nullable String refusal;

  /// Reads the elements of a tensor.
  @FunctionalInterface
  public interface Elements {
    /// All elements, the last dimension fastest, as floats.
    ///
    /// @throws FormatException if they are not intact, or no numbers
    float[] read() throws IOException;
  }

  /// A tensor whose elements are read later.
  ///
  /// @param name control characters in it are replaced, so that it can be printed
  /// @param type of the elements, as the file's library calls it: `float32`
  /// @param place equal for tensors that are the same elements; null if that is not known
  public CheckpointTensor(String name, String type, long[] shape, @Nullable Object place,
      Elements elements) {
    this(name, type, shape, place, elements, null);
  }

  private CheckpointTensor(String name, String type, long[] shape, @Nullable Object place,
      Elements elements, @Nullable String refusal) {
    this.name = Printable.of(name);
    this.type = type;
    this.shape = shape.clone();
    this.place = place;
    this.elements = elements;
    this.refusal = refusal;
  }

  /// A tensor of a kind that is not read: it can be listed and left out.
  ///
  /// @param type what it is: `sparse`
  /// @param refusal the sentence that says why
  public static CheckpointTensor unread(String name, String type, String refusal) {
    return new CheckpointTensor(name, type, new long[0], null, () -> {
      throw new FormatException(refusal);
    }, refusal);
  }

  /// Why its elements are not read; null if they are.
  public @Nullable String refusal() {
    return refusal;
  }

  /// The same under another name.
  public CheckpointTensor named(String other) {
    return new CheckpointTensor(other, type, shape, place, elements, refusal);
  }

  /// The name.
  public String name() {
    return name;
  }

  /// The type of the elements in the file: `float32`, `bfloat16`, `int64` …
  public String type() {
    return type;
  }

  /// The sizes of the dimensions, a copy; none for a single number.
  public long[] shape() {
    return shape.clone();
  }

  /// The number of dimensions.
  public int rank() {
    return shape.length;
  }

  /// The size of a dimension.
  public long size(int dimension) {
    return shape[dimension];
  }

  /// Whether it has this shape.
  public boolean has(long... expected) {
    return Arrays.equals(shape, expected);
  }

  /// The number of elements; `Long.MAX_VALUE` if there are more.
  public long elements() {
    return elements(shape);
  }

  /// The number of elements of a shape; `Long.MAX_VALUE` if there are more.
  public static long elements(long... shape) {
    long product = 1;
    boolean beyond = false;
    for (long size : shape) {
      if (size == 0) {
        return 0;
      }
      beyond |= size < 0 || product > Long.MAX_VALUE / size;
      product = beyond ? product : product * size;
    }
    return beyond ? Long.MAX_VALUE : product;
  }

  /// Whether another tensor is the same elements under another name: tied weights.
  public boolean isSameAs(CheckpointTensor other) {
    return place != null && place.equals(other.place) && Arrays.equals(shape, other.shape);
  }

  /// All elements, the last dimension fastest; other types are rounded to floats.
  ///
  /// @throws FormatException if they are not intact, or no real numbers, or too many for an array
  public float[] floats() throws IOException {
    if (elements() > MOST_ELEMENTS) {
      throw new FormatException("tensor %s has more than %d elements".formatted(this,
          MOST_ELEMENTS));
    }
    return elements.read();
  }

  /// `[4, 3]`.
  public static String text(long... shape) {
    return Arrays.stream(shape).mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, text(shape));
  }
}
