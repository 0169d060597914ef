package dev.unroll.kernel.vector;

import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.bytecode.SmallTile;
import dev.unroll.kernel.bytecode.Tile;
import dev.unroll.kernel.bytecode.TileShape;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The tiles of a machine: as large as its registers allow ([TileShape] explains the limit).
///
/// | registers | panel | rows of the largest tile | registers it takes |
/// | --- | --- | --- | --- |
/// | 16 | 2 vectors | 4 | 14 |
/// | 32 | 2 vectors | 8 | 26 |
///
/// A multiply-add takes 4 cycles, of which two begin in each, so that 8 sums keep a core busy:
/// tiles of few rows have that many by taking several panels. Tiles are emitted at their first use;
/// any number of threads may request them.
///
/// Of the largest tile, packed, there are [#VARIANTS] that differ only in the address of their loop
/// in memory. A processor keeps decoded instructions in lines that belong to 64 bytes of code: by
/// where it begins, a loop takes three or four of them, and while another thread runs on the same
/// core, a line comes only every other cycle. The address of code is the compiler's choice, so it
/// is measured which variant is the fastest ([dev.unroll.kernel.provider.TileTrial]).
final class TileSet {
  /// The number of variants of the packed tile.
  static final int VARIANTS = 4;

  /// The variant that is fast with both the serial collector and G1 of JDK 25, so it is used until
  /// another one is found to be faster.
  static final int FIRST = 1;

  private static final int VECTORS = 2;

  /// The largest number of panels for tiles of 1, 2, … rows, so that their sums fit.
  private static final int[] FEW_REGISTERS = {6, 2};
  private static final int[] MANY_REGISTERS = {6, 4, 3, 2, 1, 1, 1};

  private final int lanes;
  private final int rows;
  private final int[] panels;
  private final Tile[][] tiles;
  private final Map<SmallKind, SmallTile[][]> small = new EnumMap<>(SmallKind.class);
  private final Tile[] packed = new Tile[VARIANTS];
  private volatile int variant = FIRST;

  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @param registers the vector registers of the machine: 16 or 32
  TileSet(int lanes, int registers) {
    this.lanes = lanes;
    boolean many = registers >= 32;
    rows = many ? 8 : 4;
    panels = many ? MANY_REGISTERS : FEW_REGISTERS;
    tiles = new Tile[rows + 1][panels[0] + 1];
    for (var kind : SmallKind.values()) {
      small.put(kind, new SmallTile[rows + 1][panels[0] + 1]);
    }
  }

  /// The columns of a panel.
  int width() {
    return lanes * VECTORS;
  }

  /// The rows of the largest tile.
  int rows() {
    return rows;
  }

  /// The largest number of rows or panels of a tile.
  int largest() {
    return Math.max(rows, panels[0]);
  }

  /// The largest number of rows of a tile of several panels, for rows too few for the largest tile.
  int wideRows() {
    return panels.length;
  }

  /// The largest number of panels of tiles of this many rows, up to [#wideRows].
  int panels(int rows) {
    return panels[rows - 1];
  }

  /// The tile of some rows of A, which lie in memory as rows.
  Tile tile(int rows, int panels) {
    var tile = tiles[rows][panels];
    if (tile == null) {
      tile = new TileShape(rows, panels, VECTORS, lanes, false, 0).emit();
      tiles[rows][panels] = tile;
    }
    return tile;
  }

  /// The tile of some rows of A and small weights.
  SmallTile small(int rows, int panels, SmallKind kind) {
    var known = Objects.requireNonNull(small.get(kind))[rows];
    var tile = known[panels];
    if (tile == null) {
      tile = new TileShape(rows, panels, VECTORS, lanes, kind).emitSmall();
      known[panels] = tile;
    }
    return tile;
  }

  /// The largest tile, for an A packed as `A[i, k] = a[ao + i·as + k·rows]` with `as` = 1.
  Tile packed() {
    return packed(variant);
  }

  /// A variant of [#packed()].
  Tile packed(int variant) {
    var tile = packed[variant];
    if (tile == null) {
      tile = new TileShape(rows, 1, VECTORS, lanes, true, variant).emit();
      packed[variant] = tile;
    }
    return tile;
  }

  /// Uses a variant from now on.
  void use(int variant) {
    this.variant = variant;
  }
}
