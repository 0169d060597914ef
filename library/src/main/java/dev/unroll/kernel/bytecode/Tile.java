package dev.unroll.kernel.bytecode;

import java.util.Arrays;

/// The innermost loop of a product: a few rows of A times one panel of B or several, summed in
/// registers over one block of the depth, then stored to C or added to it. Emitted classes extend
/// it; they hold no state. It is no interface, as those are slower to call once many classes implement them. Nothing is checked but by the bounds of the arrays.
public abstract class Tile {
  /// What sums are added to where C is set: a row as long as that of the widest tile.
  protected static final float[] MINUS_ZEROS = minusZeros();

  /// Nothing is held.
  protected Tile() {}

  /// Sets or adds all elements of the tile.
  ///
  /// @param a holds `A[i, k]` at `ao + i·as + k·step`, where the step belongs to the tile
  /// @param b holds `B[k, j]` of panel p at `bo + p·bs + k·width + j`
  /// @param bs how far apart panels are
  /// @param depth how many k
  /// @param c holds `C[i, j]` at `co + i·cs + j`; the columns of panels lie side by side
  /// @param add whether to add to C instead of setting it
  public abstract void run(float[] a, int ao, int as, float[] b, int bo, int bs, int depth,
      float[] c, int co,
      int cs, boolean add);

  private static float[] minusZeros() {
    var row = new float[256];
    Arrays.fill(row, -0f);
    return row;
  }
}
