package dev.unroll.kernel.bytecode;

/// A [Tile] for small weights, which are unpacked in registers: B has words of two
/// k each (bfloat16, [dev.unroll.kernel.SmallPanels]) or bytes with a scale for each column.
public abstract class SmallTile {
  /// As of [Tile].
  protected static final float[] MINUS_ZEROS = Tile.MINUS_ZEROS;

  /// Stateless.
  protected SmallTile() {}

  /// Sets or adds all elements of the tile, as [Tile#run].
  ///
  /// @param b `int[]` or `byte[]`, depending on the tile
  /// @param scales the scale of column j of the tile at `so + j`; ignored for bfloat16
  public abstract void run(float[] a, int ao, int as, Object b, int bo, int bs, int depth,
      float[] c, int co, int cs, boolean add, float[] scales, int so);
}
