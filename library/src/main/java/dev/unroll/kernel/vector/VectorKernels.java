package dev.unroll.kernel.vector;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.AdamStep;
import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.scalar.PlainProducts;
import dev.unroll.kernel.scalar.ScalarKernels;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The kernels on the Vector API, for the widest vectors of this machine. A kind of products is
/// computed in plain Java, with the same bits, until its vector code is marked as [#warm].
public final class VectorKernels implements Kernels {
  /// The variant of the tile of large products that is used at first.
  public static final int FIRST_VARIANT = TileSet.FIRST;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// The kinds of products that become warm separately.
  public enum Work {
    /// [#multiply] of one row.
    ROW,
    /// [#multiply] of several rows.
    ROWS,
    /// [#accumulateOuter] and [#addRows].
    OUTER,
    /// [#pack].
    PACK
  }

  private final TileSet tiles;
  private final VectorProducts products;
  private final SmallProducts smallProducts;
  private final OuterProducts outer;
  private final PanelPacking packing = new PanelPacking();
  private volatile boolean warmRow;
  private volatile boolean warmRows;
  private volatile boolean warmOuter;
  private volatile boolean warmPack;

  /// What is done before a kind of small weights is used for the first time.
  private final Map<SmallKind, Consumer<SmallKind>> beforeSmall = new ConcurrentHashMap<>();

  private VectorKernels(TileSet tiles, boolean warm) {
    this.tiles = tiles;
    products = new VectorProducts(tiles);
    smallProducts = new SmallProducts(tiles, products, warm);
    outer = new OuterProducts(tiles);
    warmRow = warm;
    warmRows = warm;
    warmOuter = warm;
    warmPack = warm;
  }

  /// Kernels that use vectors at once.
  VectorKernels(TileSet tiles) {
    this(tiles, true);
  }

  /// The kernels of this machine, cold.
  public static VectorKernels create() {
    // 512-bit x86 and 64-bit Arm have 32 vector registers, all others here 16.
    boolean many =
        SPECIES.vectorBitSize() >= 512 || System.getProperty("os.arch").equals("aarch64");
    return new VectorKernels(new TileSet(Math.max(4, SPECIES.length()), many ? 32 : 16), false);
  }

  /// Kernels that use the same code as these, whether it is warm or not.
  public Kernels rehearsed() {
    return new VectorKernels(tiles);
  }

  /// Marks vector code as faster than plain Java from now on.
  public void warm(Work work) {
    switch (work) {
      case ROW -> warmRow = true;
      case ROWS -> warmRows = true;
      case OUTER -> warmOuter = true;
      case PACK -> warmPack = true;
    }
  }

  /// Does something before a kind of small weights is used for the first time: warms it up.
  public void beforeSmall(Consumer<SmallKind> first) {
    for (var kind : SmallKind.values()) {
      beforeSmall.put(kind, first);
    }
  }

  /// The numbers of rows by which products of small weights become warm separately.
  public int[] rowsOfSmall() {
    return smallProducts.kinds();
  }

  /// Marks products of small weights as faster than plain Java from now on.
  ///
  /// @param rows one of [#rowsOfSmall]
  public void warm(SmallKind kind, int rows) {
    smallProducts.warm(kind, rows);
  }

  /// Whether a kind of products is computed on vectors.
  public boolean isWarm(Work work) {
    return switch (work) {
      case ROW -> warmRow;
      case ROWS -> warmRows;
      case OUTER -> warmOuter;
      case PACK -> warmPack;
    };
  }

  /// The number of variants of the tile of large products, which differ only in speed.
  public int variants() {
    return TileSet.VARIANTS;
  }

  /// Multiplies by a variant: as many packed rows as it takes times one panel, 0 to `depth` of
  /// each.
  ///
  /// @param a at least `largestTile() · depth` long
  /// @param b at least a panel's width times `depth` long
  /// @param c at least `largestTile()` times a panel's width long
  public void multiply(int variant, float[] a, float[] b, float[] c, int depth) {
    tiles.packed(variant).run(a, 0, 1, b, 0, 0, depth, c, 0, tiles.width(), false);
  }

  /// Uses a variant from now on; any thread may call it.
  public void use(int variant) {
    tiles.use(variant);
  }

  /// The largest number of panels and of rows of a tile: all tiles occur in products of up to that
  /// many.
  public int largestTile() {
    return tiles.largest();
  }

  @Override
  public String name() {
    return "vector " + SPECIES.vectorBitSize() + " bit";
  }

  @Override
  public int lanes() {
    return SPECIES.length();
  }

  @Override
  public FloatPanels panels(int depth, int columns) {
    return new FloatPanels(depth, columns, tiles.width());
  }

  @Override
  public SmallPanels panels(int depth, int columns, SmallKind kind) {
    var first = beforeSmall.remove(kind);
    if (first != null) {
      first.accept(kind);
    }
    return new SmallPanels(depth, columns, tiles.width(), kind);
  }

  @Override
  public void pack(float[] source, int offset, int depthStride, int columnStride, FloatPanels into,
      int from, int to) {
    if (warmPack) {
      packing.pack(source, offset, depthStride, columnStride, into, from, to);
    } else {
      into.pack(source, offset, depthStride, columnStride, from, to);
    }
  }

  @Override
  public void multiply(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      Panels b,
      int columnFrom,
      int columnTo,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate,
      boolean descending) {
    b.check(tiles.width(), columnFrom, columnTo);
    if (b instanceof SmallPanels small && smallProducts.isWarm(small.kind(), rows)) {
      smallProducts.multiply(a, aOffset, aStride, rows, small, columnFrom, columnTo, c, cOffset,
          cStride, accumulate, descending);
    } else if (b instanceof FloatPanels floats && (rows == 1 ? warmRow : warmRows)) {
      products.multiply(a, aOffset, aStride, rows, floats, columnFrom, columnTo, c, cOffset,
          cStride, accumulate, descending);
    } else {
      PlainProducts.multiply(a, aOffset, aStride, rows, b, columnFrom, columnTo, c, cOffset,
          cStride, accumulate);
    }
  }

  @Override
  public void accumulateOuter(
      float[] a,
      int aOffset,
      int aStride,
      int depth,
      int rowFrom,
      int rowTo,
      List<? extends RightFactor> factors,
      Workspace workspace) {
    if (warmOuter) {
      outer.accumulate(a, aOffset, aStride, depth, rowFrom, rowTo, factors, workspace);
    } else {
      ScalarKernels.INSTANCE.accumulateOuter(a, aOffset, aStride, depth, rowFrom, rowTo, factors,
          workspace);
    }
  }

  @Override
  public void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    VectorFunctions.apply(f, a, ao, y, yo, n);
  }

  @Override
  public void combine(
      Operator op,
      float[] a,
      int ao,
      boolean aScalar,
      float[] b,
      int bo,
      boolean bScalar,
      float[] y,
      int yo,
      int n) {
    VectorOperations.combine(op, a, ao, aScalar, b, bo, bScalar, y, yo, n);
  }

  @Override
  public float sum(float[] a, int ao, int n) {
    return VectorSum.sum(a, ao, n);
  }

  @Override
  public void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n) {
    if (warmOuter) {
      VectorSum.addRows(a, ao, aStride, rows, y, yo, n);
    } else {
      ScalarKernels.INSTANCE.addRows(a, ao, aStride, rows, y, yo, n);
    }
  }

  @Override
  public void adam(AdamStep step, float[] values, float[] gradients, float[] m, float[] v,
      int from, int to) {
    VectorAdam.update(step, values, gradients, m, v, from, to);
  }
}
