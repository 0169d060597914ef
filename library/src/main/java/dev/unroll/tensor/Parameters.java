package dev.unroll.tensor;

import dev.unroll.tensor.lookup.TouchedRows;
import dev.unroll.tensor.store.StoredValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All parameters of a model, contiguous in one array, and their gradients in another. Matrices of
/// a smaller [Precision] are stored as such; where they are asked for as floats, these are made
/// anew.
///
/// Layers add their blocks while the model is built; [#freeze] then allocates the values. Gradients
/// may be written by one training step at a time; reading values is safe from any thread while no
/// thread trains.
public final class Parameters {
  /// One matrix `[rows, columns]`, or a vector with one column, at `offset` of the arrays.
  ///
  /// @param heads of a block-diagonal matrix, whose blocks `[rows / heads, columns]` lie one under
  ///     another; else 1
  /// @param precision the values are those that this one can store
  public record Block(String name, int offset, int rows, int columns, int heads,
      Precision precision) {

    /// A full matrix, or a vector.
    public Block(String name, int offset, int rows, int columns, Precision precision) {
      this(name, offset, rows, columns, 1, precision);
    }

    /// The number of elements.
    public int length() {
      return rows * columns;
    }

    /// Whether it is a vector.
    public boolean isVector() {
      return columns == 1 && heads == 1;
    }

    /// The shape in a file: one number for a vector, three for a matrix with heads, else two.
    public int[] shape() {
      return heads > 1 ? new int[] {heads, rows / heads, columns}
          : isVector() ? new int[] {rows} : new int[] {rows, columns};
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

  /// The values of a block, read row by row.
  @FunctionalInterface
  public interface RowSource {
    /// Writes row `i`, as many floats as the block has columns, to the start of an array.
    void read(int i, float[] into);

    /// Rows that lie one behind another.
    static RowSource of(Block block, float[] values) {
      int columns = block.columns();
      return (i, into) -> System.arraycopy(values, i * columns, into, 0, columns);
    }
  }

  /// Some columns of a matrix, or all of them: element `[i, j]` is at `offset + i·stride + j` of
  /// the arrays.
  public record Columns(int offset, int rows, int columns, int stride) {

    /// The number of elements.
    public int length() {
      return rows * columns;
    }

    /// The blocks of a matrix with heads, which lie one under another.
    public List<Columns> heads(int count) {
      int height = rows / count;
      return IntStream.range(0, count)
          .mapToObj(k -> new Columns(offset + k * height * stride, height, columns, stride))
          .toList();
    }

    /// The index of element `n`, counted row by row.
    public int at(int n) {
      return offset + n / columns * stride + n % columns;
    }
  }

  private final Precision precision;
  private final StoredValues storage;
  private final SequencedMap<String, Block> blocks = new LinkedHashMap<>();
  private final AtomicBoolean trained = new AtomicBoolean();
  private final List<TouchedRows> lookedUp = new ArrayList<>();
  private long length;

  private volatile float @Nullable [] gradients;

  /// Whether all gradients are zero for sure.
  private volatile boolean clear;

  /// Parameters of floats.
  public Parameters() {
    this(Precision.FLOAT32);
  }

  /// Parameters whose matrices are stored in a precision, for inference alone.
  public Parameters(Precision precision) {
    this(precision, false);
  }

  private Parameters(Precision precision, boolean anyScale) {
    this.precision = precision;
    storage = new StoredValues(precision, anyScale);
  }

  /// Parameters of int8 whose scales other programs have chosen ([StoredValues#fillBytes]).
  public static Parameters ofAnyScale() {
    return new Parameters(Precision.INT8, true);
  }

  /// How matrices are storage.
  public Precision precision() {
    return precision;
  }

  /// Adds a block after the existing ones. If it has more than one column, it is a matrix by which
  /// vectors are multiplied, or whose rows are looked up.
  ///
  /// @throws IllegalArgumentException if the name is taken or the parameters no longer fit in an
  ///     array
  public Block add(String name, int rows, int columns) {
    return add(name, rows, columns, 1, columns == 1 ? Precision.FLOAT32 : precision);
  }

  /// Adds a block-diagonal matrix, of which only the blocks are storage.
  ///
  /// @param rows of all blocks
  /// @param columns of one block
  /// @param heads the number of blocks
  /// @throws IllegalArgumentException as [#add(String, int, int)]
  public Block add(String name, int rows, int columns, int heads) {
    return heads == 1 ? add(name, rows, columns) : add(name, rows, columns, heads, precision);
  }

  /// Adds a block that is stored as floats, whatever the precision of matrices.
  ///
  /// @throws IllegalArgumentException as [#add(String, int, int)]
  public Block addFloats(String name, int rows, int columns) {
    return add(name, rows, columns, 1, Precision.FLOAT32);
  }

  private Block add(String name, int rows, int columns, int heads, Precision precision) {
    if (storage.isFrozen()) {
      throw new IllegalStateException("the parameters are frozen; " + name + " comes too late");
    }
    if (rows < 1 || columns < 1 || length + (long) rows * columns > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          ("Parameter %s [%d, %d]: sizes must be at least 1 and all parameters together at most %d "
              + "elements; choose smaller sizes").formatted(name, rows, columns,
                  Integer.MAX_VALUE - 8));
    }
    var block = new Block(name, (int) length, rows, columns, heads, precision);
    if (blocks.putIfAbsent(name, block) != null) {
      throw new IllegalArgumentException("two parameters have the name " + name);
    }
    storage.add(block);
    length += block.length();
    return block;
  }

  /// Allocates the values; no block can be added afterwards.
  public void freeze() {
    storage.freeze();
  }

  /// The bytes that the values take in a file.
  public long bytes() {
    long bytes = 0;
    for (var block : blocks.values()) {
      bytes += (long) block.length() * block.precision().bytes()
          + (block.precision() == Precision.INT8 ? 4L * block.rows() : 0);
    }
    return bytes;
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
    return Matrix.copy(elements(block), 0, block.rows(), block.columns());
  }

  /// A copy of the values of a block of these parameters, row by row.
  public float[] elements(Block block) {
    var copy = new float[block.length()];
    read(block, 0, block.rows(), copy, 0);
    return copy;
  }

  /// Copies some rows of a block of these parameters.
  public void read(Block block, int row, int rows, float[] into, int at) {
    storage.read(block, row, rows, into, at);
  }

  /// Where the values lie, for what computes with them.
  public StoredValues storage() {
    return storage;
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
    fill(block, values::copyRow);
  }

  /// Sets the values of a block of these parameters, rounded to those that can be storage.
  ///
  /// @throws IllegalArgumentException if a value that is to be rounded is not finite
  public void fill(Block block, RowSource rows) {
    storage.fill(block, rows);
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
    return storage.firstNotFinite();
  }

  /// The number of elements.
  public int size() {
    return (int) length;
  }

  /// All values; the caller may write them. If matrices are small, this is a copy of all values as
  /// floats, made anew by each call: [#elements] reads a block, [#set] writes one.
  public float[] values() {
    return storage.floats();
  }

  /// All gradients; layers add to them. Allocated by the first call, so a model that only infers
  /// has none.
  public float[] gradients() {
    clear = false;
    var known = gradients;
    if (known == null) {
      synchronized (this) {
        known = gradients;
        if (known == null) {
          storage.floats(); // frozen, and up to date
          known = new float[(int) length];
          gradients = known;
        }
      }
    }
    return known;
  }

  /// Says that rows of a matrix are looked up, and that whoever adds to their gradients says so.
  ///
  /// @param block one of these
  public TouchedRows lookUp(Block block) {
    var rows = new TouchedRows(block.offset(), block.rows(), block.columns());
    lookedUp.add(rows);
    return rows;
  }

  /// Says that a matrix is also multiplied by, so that all its rows have a gradient.
  public void multiply(Block block) {
    lookedUp.removeIf(rows -> rows.offset() == block.offset());
  }

  /// The matrices whose rows are looked up and that nothing else uses.
  public List<TouchedRows> lookedUp() {
    return Collections.unmodifiableList(lookedUp);
  }

  /// Makes all gradients zero.
  public void clearGradients() {
    Arrays.fill(gradients(), 0f);
    cleared();
  }

  /// Says that all gradients are zero.
  public void cleared() {
    lookedUp.forEach(TouchedRows::clear);
    clear = true;
  }

  /// Whether all gradients are zero: nobody has asked for them since [#cleared].
  public boolean areCleared() {
    return clear;
  }

  /// Refuses to be trained if matrices are not stored as floats.
  ///
  /// @throws IllegalArgumentException one sentence
  public void requireTrainable() {
    if (precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "the weights of this model are %s, too coarse for the steps of a training; train the "
              .formatted(precision) + "model of float32 weights that it was made from");
    }
  }

  /// Says that a training of these parameters begins.
  ///
  /// @throws IllegalArgumentException if they are not stored as floats
  /// @throws IllegalStateException if one has begun and not ended
  public void beginTraining() {
    requireTrainable();
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
