package dev.unroll.kernel.vector;

import dev.unroll.kernel.bytecode.Tile;
import dev.unroll.kernel.bytecode.TileShape;

/// The tiles of a machine: as large as its registers allow ([TileShape] says why no larger).
///
/// | registers | panel | rows of the largest tile | registers it takes |
/// | --- | --- | --- | --- |
/// | 16 | 2 vectors | 4 | 14 |
/// | 32 | 4 vectors | 5 | 29 |
///
/// A multiply-add takes 4 cycles, of which two begin in each, so that 8 sums keep a core busy: smaller
/// tiles have so many by taking several panels. Tiles are emitted when they are asked for first; any
/// number of threads may ask.
final class TileSet {
  private final int lanes;
  private final int vectors;
  private final int rows;
  private final int panelsOfOneRow;
  private final int panelsOfTwoRows;
  private final Tile[][] tiles;
  private final Tile[] packed = new Tile[1];

  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @param registers the vector registers of the machine: 16 or 32
  TileSet(int lanes, int registers) {
    this.lanes = lanes;
    boolean many = registers >= 32;
    vectors = many ? 4 : 2;
    rows = many ? 5 : 4;
    panelsOfOneRow = many ? 3 : 6;
    panelsOfTwoRows = 2;
    tiles = new Tile[rows + 1][panelsOfOneRow + 1];
  }

  /// The columns of a panel.
  int width() {
    return lanes * vectors;
  }

  /// The rows of the largest tile.
  int rows() {
    return rows;
  }

  /// The most rows or panels of a tile.
  int largest() {
    return Math.max(rows, panelsOfOneRow);
  }

  /// How many of some rows tall tiles of one panel take; the others are better off with wide tiles of one
  /// or two rows and several panels.
  int tallRows(int n) {
    if (n < 3) {
      return 0;
    }
    return vectors < 4 ? n - n % rows : n;
  }

  /// The most panels that tiles of so many rows take.
  int panels(int rows) {
    return switch (rows) {
      case 1 -> panelsOfOneRow;
      case 2 -> panelsOfTwoRows;
      default -> 1;
    };
  }

  /// The tile of some rows of A, which lie in memory as rows.
  Tile tile(int rows, int panels) {
    var tile = tiles[rows][panels];
    if (tile == null) {
      tile = new TileShape(rows, panels, vectors, lanes, false).emit();
      tiles[rows][panels] = tile;
    }
    return tile;
  }

  /// The largest tile, for an A packed as `A[i, k] = a[ao + i·as + k·rows]` with `as` = 1.
  Tile packed() {
    var tile = packed[0];
    if (tile == null) {
      tile = new TileShape(rows, 1, vectors, lanes, true).emit();
      packed[0] = tile;
    }
    return tile;
  }
}
