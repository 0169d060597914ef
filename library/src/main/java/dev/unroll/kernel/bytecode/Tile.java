package dev.unroll.kernel.bytecode;

import java.util.Arrays;

/// The innermost loop of a product: a few rows of A times one panel of B or several, summed in
/// registers over one block of the depth, then stored to C or added to it. Emitted classes extend
/// it; they hold no state. It is not an interface, as those are slower to call once many classes
/// implement them. The only checks are array bounds.
public abstract class Tile {
  /// The row that sums are added to if C is set: as long as that of the widest tile.
  protected static final float[] MINUS_ZEROS = minusZeros();

  /// Stateless.
  protected Tile() {}

  /// Sets or adds all elements of the tile.
  ///
  /// @param a holds `A[i, k]` at `ao + i·as + k·step`, where the step depends on the tile
  /// @param b holds `B[k, j]` of panel p at `bo + p·bs + k·width + j`
  /// @param bs the stride of panels
  /// @param depth the number of k
  /// @param c holds `C[i, j]` at `co + i·cs + j`; the columns of panels are adjacent
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
