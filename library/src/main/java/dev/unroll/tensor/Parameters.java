package dev.unroll.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// All parameters of a model, contiguous in one array, and their gradients in another.
///
/// Layers add their blocks while the model is built; [#freeze] then allocates the arrays. Gradients
/// may be written by one training step at a time; reading values is safe from any thread while no
/// thread trains.
public final class Parameters {
  /// One matrix `[rows, columns]`, or a vector with one column, at `offset` of the arrays.
  public record Block(String name, int offset, int rows, int columns) {

    /// The number of elements.
    public int length() {
      return rows * columns;
    }

    /// The shape in a file: one number for a vector, else two.
    public int[] shape() {
      return columns == 1 ? new int[] {rows} : new int[] {rows, columns};
    }

    /// All columns.
    public Columns all() {
      return columns(0, columns);
    }

    /// Some of the columns.
    public Columns columns(int from, int count) {
      return new Columns(offset + from, rows, count, columns);
    }
  }

  /// Some columns of a matrix, or all of them: element `[i, j]` is at `offset + i·stride + j` of
  /// the arrays.
  public record Columns(int offset, int rows, int columns, int stride) {

    /// The number of elements.
    public int length() {
      return rows * columns;
    }

    /// The index of element `n`, counted row by row.
    public int at(int n) {
      return offset + n / columns * stride + n % columns;
    }
  }

  private final SequencedMap<String, Block> blocks = new LinkedHashMap<>();
  private final AtomicBoolean trained = new AtomicBoolean();

  private long length;
  private float @Nullable [] values;
  private float @Nullable [] gradients;

  /// Adds a block after the existing ones.
  ///
  /// @throws IllegalArgumentException if the name is taken or the parameters no longer fit in an
  ///     array
  public Block add(String name, int rows, int columns) {
    if (values != null) {
      throw new IllegalStateException("the parameters are frozen; " + name + " comes too late");
    }
    if (rows < 1 || columns < 1 || length + (long) rows * columns > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          ("Parameter %s [%d, %d]: sizes must be at least 1 and all parameters together at most %d "
              + "elements; choose smaller sizes").formatted(name, rows, columns,
                  Integer.MAX_VALUE - 8));
    }
    var block = new Block(name, (int) length, rows, columns);
    if (blocks.putIfAbsent(name, block) != null) {
      throw new IllegalArgumentException("two parameters have the name " + name);
    }
    length += block.length();
    return block;
  }

  /// Allocates the arrays; no block can be added afterwards.
  public void freeze() {
    values = new float[(int) length];
    gradients = new float[(int) length];
  }

  /// The blocks in order of storage.
  public List<Block> blocks() {
    return new ArrayList<>(blocks.values());
  }

  /// The blocks by name.
  public Map<String, Block> byName() {
    return Collections.unmodifiableMap(blocks);
  }

  /// A copy of the values of a block.
  ///
  /// @throws IllegalArgumentException if there is no such block; names the existing ones
  public Matrix get(String name) {
    return get(block(name));
  }

  /// A copy of the values of a block of these parameters.
  public Matrix get(Block block) {
    return Matrix.copy(values(), block.offset(), block.rows(), block.columns());
  }

  /// A copy of the gradient of a block.
  ///
  /// @throws IllegalArgumentException if there is no such block; names the existing ones
  public Matrix gradient(String name) {
    return gradient(block(name));
  }

  /// A copy of the gradient of a block of these parameters.
  public Matrix gradient(Block block) {
    return Matrix.copy(gradients(), block.offset(), block.rows(), block.columns());
  }

  /// Sets the values of a block. Runs that are bound take them over with their next `load`.
  ///
  /// @throws IllegalArgumentException if there is no such block, or it has another shape
  public void set(String name, Matrix values) {
    set(block(name), values);
  }

  /// Sets the values of a block of these parameters.
  ///
  /// @throws IllegalArgumentException if it has another shape
  public void set(Block block, Matrix values) {
    if (values.rows() != block.rows() || values.columns() != block.columns()) {
      throw new IllegalArgumentException(
          "%s is [%d, %d], but was given [%d, %d]; give %s".formatted(block.name(), block.rows(),
              block.columns(), values.rows(), values.columns(),
              block.columns() == 1 ? "a vector of %d elements".formatted(block.rows())
                  : "%d rows of %d elements".formatted(block.rows(), block.columns())));
    }
    values.copyTo(values(), block.offset());
  }

  private Block block(String name) {
    var block = blocks.get(name);
    if (block == null) {
      throw new IllegalArgumentException(
          "there is no parameter %s; there are %s".formatted(name, blocks.keySet()));
    }
    return block;
  }

  /// The first block that has a value which is NaN or infinite, as a training that failed may leave
  /// them; empty if all values are finite.
  public Optional<Block> firstNotFinite() {
    float[] all = values();
    for (var block : blocks.values()) {
      for (int i = block.offset(); i < block.offset() + block.length(); i++) {
        if (!Float.isFinite(all[i])) {
          return Optional.of(block);
        }
      }
    }
    return Optional.empty();
  }

  /// The number of elements.
  public int size() {
    return (int) length;
  }

  /// All values; the caller may write them.
  public float[] values() {
    return frozen(values);
  }

  /// All gradients; layers add to them.
  public float[] gradients() {
    return frozen(gradients);
  }

  private static float[] frozen(float @Nullable [] array) {
    if (array == null) {
      throw new IllegalStateException("the parameters are not frozen yet");
    }
    return array;
  }

  /// Says that a training of these parameters begins.
  ///
  /// @throws IllegalStateException if one has begun and not ended
  public void beginTraining() {
    if (!trained.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "this model is being trained; two trainings of one model would"
              + " overwrite each other's parameters: make a model for each");
    }
  }

  /// Says that the training has ended.
  public void endTraining() {
    trained.set(false);
  }
}
