package dev.unroll.tensor;

import dev.unroll.tensor.lookup.LateRows;
import dev.unroll.tensor.lookup.TouchedRows;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All parameters of a model, contiguous in one array, and their gradients in another. Matrices of
/// a smaller [Precision] are in [SmallMatrices] alone; where they are asked for as floats, these
/// are made anew.
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

  /// The elements of a block of int8, read row by row.
  @FunctionalInterface
  public interface ByteSource {
    /// Writes row `i`, as many bytes as the block has columns, to the start of an array.
    ///
    /// @return their scale
    float read(int i, byte[] into);
  }

  /// Where the values of some blocks are stored.
  ///
  /// @param blocks with their offset in `floats`, or in `small` if their precision is not float32
  /// @param floats read by who has it, also after it has changed
  /// @param small null if there are no such blocks
  public record Stored(Map<String, Block> blocks, float[] floats, @Nullable SmallMatrices small) {}

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
  private final boolean anyScale;
  private final SequencedMap<String, Block> blocks = new LinkedHashMap<>();
  private final AtomicBoolean trained = new AtomicBoolean();
  private final List<TouchedRows> lookedUp = new ArrayList<>();

  /// The blocks with their places in `values` and `small`; empty if everything is a float.
  private final Map<String, Block> places = new HashMap<>();

  private long length;

  /// The elements of small matrices.
  private int smallLength;

  /// All values, or those that are floats if matrices are small.
  private float @Nullable [] values;

  private @Nullable SmallMatrices small;

  /// All values as floats, if matrices are small and somebody needs them for long.
  private WeakReference<float[]> unpacked = new WeakReference<>(null);

  private volatile float @Nullable [] gradients;

  private volatile @Nullable LateRows late;

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
    this.anyScale = anyScale;
  }

  /// Parameters of int8 whose scales other programs have chosen ([#fillBytes]).
  public static Parameters ofAnyScale() {
    return new Parameters(Precision.INT8, true);
  }

  /// How matrices are stored.
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

  /// Adds a block-diagonal matrix, of which only the blocks are stored.
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
    if (values != null) {
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
    if (this.precision != Precision.FLOAT32) {
      boolean isFloat = precision == Precision.FLOAT32;
      places.put(name, new Block(name, isFloat ? (int) length - smallLength : smallLength, rows,
          columns, heads, precision));
      smallLength += isFloat ? 0 : block.length();
    }
    length += block.length();
    return block;
  }

  /// Allocates the values; no block can be added afterwards.
  public void freeze() {
    if (precision != Precision.FLOAT32) {
      small = new SmallMatrices(precision, blocks.values().stream()
          .filter(block -> block.precision() != Precision.FLOAT32).toList(), anyScale);
    }
    values = new float[(int) length - smallLength];
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
    var place = place(block);
    int offset = place.offset() + row * place.columns();
    if (place.precision() == Precision.FLOAT32) {
      bringUpToDate();
      System.arraycopy(lateValues(), offset, into, at, rows * place.columns());
    } else {
      small().read(offset, rows * place.columns(), into, at);
    }
  }

  /// Copies a row of a looked-up matrix, up to date.
  ///
  /// @param block that of the rows
  public void read(TouchedRows rows, Block block, int row, float[] into, int at) {
    if (places.isEmpty()) {
      System.arraycopy(values(rows, row), block.offset() + row * block.columns(), into, at,
          block.columns());
    } else {
      read(block, row, 1, into, at);
    }
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

  /// Sets the values of a block of these parameters, rounded to those that can be stored.
  ///
  /// @throws IllegalArgumentException if a value that is to be rounded is not finite
  public void fill(Block block, RowSource rows) {
    var place = place(block);
    bringUpToDate();
    var row = new float[block.columns()];
    for (int i = 0; i < block.rows(); i++) {
      rows.read(i, row);
      int at = i * block.columns();
      if (place.precision() == Precision.FLOAT32) {
        System.arraycopy(row, 0, lateValues(), place.offset() + at, row.length);
      } else {
        small().write(place.offset() + at, row);
      }
    }
    refresh(block);
  }

  /// Brings the copy up to date that passes with gradients share.
  private void refresh(Block block) {
    float[] copy = places.isEmpty() ? null : unpacked.get();
    if (copy != null) {
      read(block, 0, block.rows(), copy, block.offset());
    }
  }

  /// Sets the elements of a small matrix of these parameters, and their scales, as they are.
  public void fillBytes(Block block, ByteSource rows) {
    var place = place(block);
    var row = new byte[block.columns()];
    for (int i = 0; i < block.rows(); i++) {
      float scale = rows.read(i, row);
      small().write(place.offset() + i * block.columns(), row, scale);
    }
    refresh(block);
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
    bringUpToDate();
    float[] all = lateValues();
    for (var block : blocks.values()) {
      var place = place(block);
      boolean isFloat = place.precision() == Precision.FLOAT32; // small ones are finite
      for (int i = place.offset(); isFloat && i < place.offset() + place.length(); i++) {
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

  /// All values; the caller may write them. If matrices are small, this is a copy of all values as
  /// floats, made anew by each call: [#elements] reads a block, [#set] writes one.
  public float[] values() {
    bringUpToDate();
    float[] stored = frozen(values);
    return places.isEmpty() ? stored : unpacked(new float[(int) length]);
  }

  private float[] unpacked(float[] all) {
    for (var block : blocks.values()) {
      read(block, 0, block.rows(), all, block.offset());
    }
    return all;
  }

  private void bringUpToDate() {
    var pending = late;
    if (pending != null) {
      pending.bringUpToDate();
    }
  }

  /// The array of the blocks that are stored as floats, at the offsets of their [#place]. While a
  /// training runs the rows of [#lookedUp] matrices may be some steps late.
  public float[] lateValues() {
    return frozen(values);
  }

  /// The matrices that are not stored as floats.
  ///
  /// @throws IllegalStateException if there cannot be any
  public SmallMatrices small() {
    if (small == null) {
      throw new IllegalStateException("the parameters have no small matrices, or are not frozen");
    }
    return small;
  }

  /// A block of these parameters with the offset at which it is stored: in [#lateValues], or in
  /// [#small] if its precision is not float32.
  public Block place(Block block) {
    return places.getOrDefault(block.name(), block);
  }

  /// Where the values of blocks are stored.
  ///
  /// @param names any names for the blocks
  public Stored stored(Map<String, Block> names) {
    if (places.isEmpty()) {
      return new Stored(names, lateValues(), null);
    }
    var found = new HashMap<String, Block>();
    names.forEach((name, block) -> found.put(name, place(block)));
    return new Stored(found, lateValues(), small);
  }

  /// The same, where small matrices are floats as well: for passes whose gradients have the offsets
  /// of their values. All who need them share one copy, which goes when they do.
  public Stored storedAsFloats(Map<String, Block> names) {
    if (places.isEmpty()) {
      return stored(names);
    }
    var found = new HashMap<String, Block>();
    names.forEach((name, block) -> found.put(name, new Block(block.name(), block.offset(),
        block.rows(), block.columns(), block.heads(), Precision.FLOAT32)));
    synchronized (places) {
      float[] all = unpacked.get();
      if (all == null) {
        all = values();
        unpacked = new WeakReference<>(all);
      }
      return new Stored(found, all, null);
    }
  }

  /// All values, of which this row of a looked-up matrix is up to date.
  public float[] values(TouchedRows rows, int row) {
    var pending = late;
    if (pending != null) {
      pending.bringUpToDate(rows, row);
    }
    return frozen(values);
  }

  /// Who is late with steps of looked-up rows; null if all values are up to date.
  public @Nullable LateRows late() {
    return late;
  }

  /// Says who is late with steps of looked-up rows.
  public void late(@Nullable LateRows late) {
    this.late = late;
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
          bringUpToDate();
          frozen(values);
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

  private static float[] frozen(float @Nullable [] array) {
    if (array == null) {
      throw new IllegalStateException("the parameters are not frozen yet");
    }
    return array;
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
