package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;
import static java.util.Objects.requireNonNull;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.Workspace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// `C (+)= A·B` with B in panels of small weights. Few rows pass over several panels at once, whose
/// elements are unpacked in registers. For many rows some panels are unpacked to floats, which stay
/// in the second-level cache while the rows pass.
final class SmallProducts {
  /// The number of rows from which unpacking to memory pays.
  private static final int MANY_ROWS = 24;

  /// The floats that are unpacked at a time, 512 KB: half of a second-level cache.
  private static final int UNPACKED = 1 << 17;

  /// The depths for which a thread keeps memory: those of a few layers.
  private static final int MOST_DEPTHS = 4;

  /// The panels at once of tiles of 1, 2, … rows: few, as each tile has to be warmed up.
  private static final int[] PANELS = {4, 3, 2, 2};

  private final TileSet tiles;
  private final int width;
  private final VectorProducts floats;

  /// A bit for each kind of product, by its number of rows; bit 0 for many rows.
  private final Map<SmallKind, AtomicInteger> warm = new EnumMap<>(SmallKind.class);
  private final ThreadLocal<Workspace> rooms = ThreadLocal.withInitial(Workspace::new);

  /// Panels of floats by their depth, of one thread.
  private final ThreadLocal<List<FloatPanels>> unpacked = ThreadLocal.withInitial(ArrayList::new);

  /// @param isWarm whether all products are warm at once
  SmallProducts(TileSet tiles, VectorProducts floats, boolean isWarm) {
    this.tiles = tiles;
    this.floats = floats;
    width = tiles.width();
    for (var kind : SmallKind.values()) {
      warm.put(kind, new AtomicInteger(isWarm ? -1 : 0));
    }
  }

  /// The numbers of rows that become warm separately: those of each tile, and many.
  int[] kinds() {
    return IntStream.rangeClosed(1, tiles.rows() + 1).map(i -> i > tiles.rows() ? MANY_ROWS : i)
        .toArray();
  }

  /// Marks a kind as warm.
  void warm(SmallKind kind, int rows) {
    requireNonNull(warm.get(kind)).accumulateAndGet(kinds(rows), (a, b) -> a | b);
  }

  /// Whether all tiles that so many rows need are warm.
  boolean isWarm(SmallKind kind, int rows) {
    int needed = kinds(rows);
    return (requireNonNull(warm.get(kind)).get() & needed) == needed;
  }

  private int kinds(int rows) {
    int most = tiles.rows();
    return rows >= MANY_ROWS ? 1
        : (rows >= most ? 1 << most : 0) | (rows % most > 0 ? 1 << rows % most : 0);
  }

  /// Like `Kernels.multiply`; the panels have been checked.
  void multiply(float[] a, int ao, int as, int rows, SmallPanels b, int columnFrom, int columnTo,
      float[] c, int co, int cs, boolean accumulate, boolean descending) {
    if (rows >= MANY_ROWS) {
      many(a, ao, as, rows, b, columnFrom, columnTo, c, co, cs, accumulate);
    } else {
      for (int row = 0; row < rows; row += tiles.rows()) {
        few(a, ao + row * as, as, Math.min(tiles.rows(), rows - row), b, columnFrom, columnTo, c,
            co + row * cs, cs, accumulate, descending);
      }
    }
  }

  private void few(float[] a, int ao, int as, int rows, SmallPanels b, int columnFrom,
      int columnTo, float[] c, int co, int cs, boolean add, boolean descending) {
    int first = columnFrom / width;
    int count = columnTo / width - first;
    // The largest tiles of a machine with few registers have no room for several panels.
    int most = rows <= PANELS.length && tiles.wideRows() > rows ? PANELS[rows - 1] : 1;
    boolean rest = columnTo % width != 0;
    if (rest && descending) {
      margin(a, ao, as, rows, b, columnTo, c, co, cs, add);
    }
    int groups = count / most + count % most;
    for (int i = 0; i < groups; i++) {
      int group = descending ? groups - 1 - i : i;
      // As many panels as the tile takes, then those that remain, one by one.
      int wide = Math.min(group, count / most);
      int from = first + wide * most + group - wide;
      var tile = tiles.small(rows, group < count / most ? most : 1, b.kind());
      for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
        tile.run(a, ao + k, as, b.data(), b.offset(from) + b.row(k), b.stride(),
            Math.min(DEPTH_BLOCK, b.depth() - k), c, co + from * width, cs, add || k > 0,
            b.scales(), from * width);
      }
    }
    if (rest && !descending) {
      margin(a, ao, as, rows, b, columnTo, c, co, cs, add);
    }
  }

  /// The last panel, which extends beyond the end of C.
  private void margin(float[] a, int ao, int as, int rows, SmallPanels b, int columnTo, float[] c,
      int co, int cs, boolean add) {
    int panel = columnTo / width;
    float[] margin = rooms.get().right(rows * width);
    for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
      tiles.small(rows, 1, b.kind()).run(a, ao + k, as, b.data(),
          b.offset(panel) + b.row(k), 0, Math.min(DEPTH_BLOCK, b.depth() - k), margin, 0, width,
          false, b.scales(), panel * width);
      VectorProducts.store(margin, 0, width, rows, columnTo - panel * width, c, co + panel * width,
          cs, add || k > 0);
    }
  }

  private void many(float[] a, int ao, int as, int rows, SmallPanels b, int columnFrom,
      int columnTo, float[] c, int co, int cs, boolean add) {
    int group = Math.max(1, UNPACKED / (b.depth() * width));
    int end = (columnTo + width - 1) / width;
    var panels = unpacked(b.depth(), group);
    for (int from = columnFrom / width; from < end; from += group) {
      int to = Math.min(end, from + group);
      for (int panel = from; panel < to; panel++) {
        Unpacking.panel(b, panel, panels, panel - from);
      }
      int column = from * width;
      int columns = Math.min(columnTo, to * width) - column;
      floats.multiply(a, ao, as, rows, panels, 0, columns, c, co + column, cs, add, false);
    }
  }

  private FloatPanels unpacked(int depth, int group) {
    var known = unpacked.get();
    for (var panels : known) {
      if (panels.depth() == depth) {
        return panels;
      }
    }
    if (known.size() == MOST_DEPTHS) {
      known.removeFirst();
    }
    var panels = new FloatPanels(depth, group * width, width);
    known.add(panels);
    return panels;
  }
}
