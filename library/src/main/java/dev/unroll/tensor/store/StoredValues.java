package dev.unroll.tensor.store;

import dev.unroll.tensor.Parameters.Block;
import dev.unroll.tensor.Parameters.RowSource;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.lookup.LateRows;
import dev.unroll.tensor.lookup.TouchedRows;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The values of parameters: floats in one array, and matrices of a smaller [Precision] in
/// [SmallMatrices] alone. Where these are asked for as floats, they are made anew.
///
/// A block has its offset among all parameters, as gradients have it, and a [#place] where its
/// values lie. Reading is safe from any thread while nobody writes.
public final class StoredValues {
  private final Precision precision;
  private final boolean anyScale;
  private final List<Block> blocks = new ArrayList<>();

  /// The blocks with their places in `floats` and `small`; empty if everything is a float.
  private final Map<String, Block> places = new HashMap<>();

  private int length;

  /// The elements of small matrices.
  private int smallLength;

  /// All values, or those that are floats if matrices are small.
  private float @Nullable [] floats;

  private @Nullable SmallMatrices small;

  /// All values as floats, if matrices are small and somebody needs them for long.
  private WeakReference<float[]> unpacked = new WeakReference<>(null);

  private volatile @Nullable LateRows late;

  /// Where the values of some blocks lie.
  ///
  /// @param blocks with their offset in `floats`, or in `small` if their precision is not float32
  /// @param floats read by who has it, also after it has changed
  /// @param small null if there are no such blocks
  public record Places(Map<String, Block> blocks, float[] floats, @Nullable SmallMatrices small) {}

  /// The elements of a block of int8, read row by row.
  @FunctionalInterface
  public interface ByteSource {
    /// Writes row `i`, as many bytes as the block has columns, to the start of an array.
    ///
    /// @return their scale
    float read(int i, byte[] into);
  }

  /// @param precision of matrices
  /// @param anyScale whether scales of int8 need not be powers of two
  public StoredValues(Precision precision, boolean anyScale) {
    this.precision = precision;
    this.anyScale = anyScale;
  }

  /// Adds a block behind the others.
  public void add(Block block) {
    blocks.add(block);
    if (precision != Precision.FLOAT32) {
      boolean isFloat = block.precision() == Precision.FLOAT32;
      places.put(block.name(), at(block, isFloat ? length - smallLength : smallLength,
          block.precision()));
      smallLength += isFloat ? 0 : block.length();
    }
    length += block.length();
  }

  private static Block at(Block block, int offset, Precision precision) {
    return new Block(block.name(), offset, block.rows(), block.columns(), block.heads(), precision);
  }

  /// Allocates the values; no block can be added afterwards.
  public void freeze() {
    if (precision != Precision.FLOAT32) {
      small = new SmallMatrices(precision, blocks.stream()
          .filter(block -> block.precision() != Precision.FLOAT32).toList(), anyScale);
    }
    floats = new float[length - smallLength];
  }

  /// Whether the values are allocated.
  public boolean isFrozen() {
    return floats != null;
  }

  /// Copies some rows of a block, up to date.
  public void read(Block block, int row, int rows, float[] into, int at) {
    var place = place(block);
    int offset = place.offset() + row * place.columns();
    if (place.precision() == Precision.FLOAT32) {
      bringUpToDate();
      System.arraycopy(lateFloats(), offset, into, at, rows * place.columns());
    } else {
      small().read(offset, rows * place.columns(), into, at);
    }
  }

  /// Copies a row of a looked-up matrix, up to date.
  ///
  /// @param block that of the rows
  public void read(TouchedRows rows, Block block, int row, float[] into, int at) {
    if (!places.isEmpty()) {
      read(block, row, 1, into, at);
      return;
    }
    System.arraycopy(lateFloats(rows, row), block.offset() + row * block.columns(), into, at,
        block.columns());
  }

  /// Sets the values of a block, rounded to those that can be stored.
  ///
  /// @throws IllegalArgumentException if a value that is to be rounded is not finite
  public void fill(Block block, RowSource rows) {
    var place = place(block);
    bringUpToDate();
    var row = new float[block.columns()];
    for (int i = 0; i < block.rows(); i++) {
      rows.read(i, row);
      int at = place.offset() + i * block.columns();
      if (place.precision() == Precision.FLOAT32) {
        System.arraycopy(row, 0, lateFloats(), at, row.length);
      } else {
        small().write(at, row);
      }
    }
    refresh(block);
  }

  /// Sets the elements of a matrix of int8, and their scales, as they are.
  public void fillBytes(Block block, ByteSource rows) {
    var place = place(block);
    var row = new byte[block.columns()];
    for (int i = 0; i < block.rows(); i++) {
      float scale = rows.read(i, row);
      small().write(place.offset() + i * block.columns(), row, scale);
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

  /// The first block that has a value which is NaN or infinite; empty if all values are finite.
  public Optional<Block> firstNotFinite() {
    bringUpToDate();
    float[] all = lateFloats();
    for (var block : blocks) {
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

  /// All values as floats, up to date: those that are stored, or a copy if matrices are small.
  public float[] floats() {
    bringUpToDate();
    float[] stored = lateFloats();
    if (places.isEmpty()) {
      return stored;
    }
    var all = new float[length];
    for (var block : blocks) {
      read(block, 0, block.rows(), all, block.offset());
    }
    return all;
  }

  /// The array of the blocks that are stored as floats, at the offsets of their [#place]. While a
  /// training runs the rows of looked-up matrices may be some steps late.
  ///
  /// @throws IllegalStateException if it is not allocated yet
  public float[] lateFloats() {
    if (floats == null) {
      throw new IllegalStateException("the parameters are not frozen yet");
    }
    return floats;
  }

  /// The same, in which a row of a looked-up matrix is up to date.
  public float[] lateFloats(TouchedRows rows, int row) {
    var pending = late;
    if (pending != null) {
      pending.bringUpToDate(rows, row);
    }
    return lateFloats();
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

  /// A block with the offset at which it is stored: in [#lateFloats], or in [#small] if its
  /// precision is not float32.
  public Block place(Block block) {
    return places.getOrDefault(block.name(), block);
  }

  /// Where the values of blocks lie.
  ///
  /// @param names any names for the blocks
  public Places places(Map<String, Block> names) {
    if (places.isEmpty()) {
      return new Places(names, lateFloats(), null);
    }
    var found = new HashMap<String, Block>();
    names.forEach((name, block) -> found.put(name, place(block)));
    return new Places(found, lateFloats(), small);
  }

  /// The same, where small matrices are floats as well: for passes whose gradients have the offsets
  /// of their values. All who need them share one copy, which goes when they do.
  public Places placesOfFloats(Map<String, Block> names) {
    if (places.isEmpty()) {
      return places(names);
    }
    var found = new HashMap<String, Block>();
    names.forEach((name, block) -> found.put(name, at(block, block.offset(), Precision.FLOAT32)));
    synchronized (places) {
      float[] all = unpacked.get();
      if (all == null) {
        all = floats();
        unpacked = new WeakReference<>(all);
      }
      return new Places(found, all, null);
    }
  }

  /// Who is late with steps of looked-up rows; null if all values are up to date.
  public @Nullable LateRows late() {
    return late;
  }

  /// Says who is late with steps of looked-up rows.
  public void late(@Nullable LateRows late) {
    this.late = late;
  }

  private void bringUpToDate() {
    var pending = late;
    if (pending != null) {
      pending.bringUpToDate();
    }
  }
}
