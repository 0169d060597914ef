package dev.unroll.kernel.bytecode;

import dev.unroll.kernel.SmallKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The shape that a [Tile] is emitted for.
///
/// A sum stays in its register only if the compiler need not spill it. C2 may load all broadcast
/// elements of A and all vectors of B of one k before the first multiplication (whether it does
/// depends on the garbage collector, among other things), which takes
/// `rows·vectors + rows + vectors` registers: a tile that needs no more than the machine has is
/// always fast.
///
/// @param rows the rows of A
/// @param panels the panels of B
/// @param vectors the vectors of a panel's row
/// @param lanes the floats of a vector: 4, 8 or 16
/// @param isPacked whether A is packed, `A[i, k]` at `ao + k·rows + i`, else it is stored in rows
/// @param padding the number of no-op comparisons before the loop: they shift it in memory
/// @param small how the elements of B are stored; null for floats
public record TileShape(int rows, int panels, int vectors, int lanes, boolean isPacked, int padding,
    @Nullable SmallKind small) {

  /// A shape for a B of floats.
  public TileShape(int rows, int panels, int vectors, int lanes, boolean isPacked, int padding) {
    this(rows, panels, vectors, lanes, isPacked, padding, null);
  }

  /// A shape for rows of A as they lie in memory.
  public TileShape(int rows, int panels, int vectors, int lanes, SmallKind small) {
    this(rows, panels, vectors, lanes, false, 0, small);
  }

  /// A tile of this shape: emits a class and loads it, which takes about a millisecond.
  ///
  /// @throws IllegalStateException if the shape is for small weights
  public Tile emit() {
    return new TileWriter(this).define();
  }

  /// The same for small weights.
  public SmallTile emitSmall() {
    return new TileWriter(this).defineSmall();
  }

  /// Whether one running index serves both operands: B's is a multiple of A's. A loop that computes
  /// one index instead of two begins fewer instructions for each multiply-add, which is what bounds
  /// it while another thread runs on the same core.
  boolean hasOneIndex() {
    return isPacked && panels == 1 && width() % rows == 0;
  }

  /// The columns of a panel.
  int width() {
    return vectors * lanes;
  }

  @Override
  public String toString() {
    return rows + "x" + panels + "x" + vectors + "x" + lanes + (isPacked ? "packed" : "")
        + (padding > 0 ? "padded" + padding : "")
        + (small == null ? "" : small.name().toLowerCase(Locale.ROOT));
  }
}
