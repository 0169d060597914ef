package dev.unroll.kernel.vector;

/// The innermost loops of a product: a few rows of A times one panel of B, summed in registers over
/// one block of the depth, then stored to C (or added to it).
///
/// - `a[ao + i·as + k]` is `A[i, k]`, `b[bo + k·width + j]` is `B[k, j]`, `c[co + i·cs + j]` is
///   `C[i, j]`; all `width` columns are written.
/// - Where fewer rows (or panels) are valid than a tile has, it computes the last one repeatedly.
///
/// The implementations are unrolled by hand, because C2 keeps sums in registers only if each is a
/// local variable; they compute offsets into C after the loop to leave registers to the loop.
interface Tiles {
  /// The columns of a panel.
  int width();

  /// The panels [#rows1] takes.
  int panelsAtOnce();

  /// Six rows.
  void rows6(
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add);

  /// 3, 4 or 5 rows, at the price of 5.
  void rows5(
      float[] a,
      int ao,
      int as,
      int rows,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add);

  /// Two rows.
  void rows2(
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add);

  /// One row times 1 to [#panelsAtOnce] panels, which lie `panel` elements apart.
  void rows1(
      float[] a,
      int ao,
      float[] b,
      int bo,
      int panel,
      int panels,
      int depth,
      float[] c,
      int co,
      boolean add);

  /// Six rows of an A stored as `A[i, k] = a[ao + i·as + 6k]`, where `as` is 1. It is a parameter,
  /// because if C2 knows that the six numbers are neighbours, it loads all of them before the first
  /// multiplication and has not enough registers left for the sums: 2.5 times slower.
  void packed6(
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int depth,
      float[] c,
      int co,
      int cs,
      boolean add);
}
