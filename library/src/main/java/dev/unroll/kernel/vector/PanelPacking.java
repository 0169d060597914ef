package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.FLOATS;
import static dev.unroll.kernel.vector.Exact.FLOATS_128;
import static dev.unroll.kernel.vector.Exact.FLOATS_256;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Workspace;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Fills panels with vectors, with the same numbers as [FloatPanels#pack]: a training step packs
/// all weights again, which takes a twelfth of it with one sequence and H = 1024.
final class PanelPacking {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /// The columns that are interleaved together: half a vector.
  private static final int STRIP = LANES / 2;

  /// The number of k of a strip that stay in the first-level cache.
  private static final int DEPTH = 256;

  /// The number of k of all panels that are copied at a time, so that few rows of the source are
  /// read at once: at a distance of a power of two they would compete for the same cache lines.
  private static final int ROWS = 16;

  private final ThreadLocal<Workspace> rooms = ThreadLocal.withInitial(Workspace::new);

  /// As [FloatPanels#pack].
  void pack(float[] source, int offset, int depthStride, int columnStride, FloatPanels into,
      int from,
      int to) {
    int whole = Math.max(from, Math.min(to, into.columns() / into.width()));
    if (columnStride == 1) {
      copy(source, offset, depthStride, into, from, whole);
    } else if (depthStride == 1 && Interleaving.whole(STRIP, LANES) > 0) {
      for (int panel = from; panel < whole; panel++) {
        interleave(source, offset + panel * into.width() * columnStride, columnStride, into, panel);
      }
    } else {
      whole = from;
    }
    into.pack(source, offset, depthStride, columnStride, whole, to);
  }

  private static void copy(float[] source, int offset, int depthStride, FloatPanels into, int from,
      int to) {
    float[] data = into.data();
    int width = into.width();
    for (int first = 0; first < into.depth(); first += ROWS) {
      int end = Math.min(into.depth(), first + ROWS);
      for (int panel = from; panel < to; panel++) {
        int row = offset + first * depthStride + panel * width;
        int at = into.offset(panel) + first * width;
        for (int k = first; k < end; k++, row += depthStride, at += width) {
          for (int j = 0; j < width; j += LANES) {
            FLOATS.cast(FloatVector.fromArray(SPECIES, source, row + j)).intoArray(data, at + j);
          }
        }
      }
    }
  }

  /// A panel whose columns are rows of the source, strip by strip.
  private void interleave(float[] source, int offset, int stride, FloatPanels into, int panel) {
    float[] strip = rooms.get().left(DEPTH * STRIP);
    int width = into.width();
    for (int column = 0; column < width; column += STRIP) {
      for (int k = 0; k < into.depth(); k += DEPTH) {
        int depth = Math.min(DEPTH, into.depth() - k);
        int whole = Interleaving.whole(STRIP, depth);
        int from = offset + column * stride + k;
        int to = into.offset(panel) + k * width + column;
        if (STRIP == 8) {
          Interleaving.eight(source, from, stride, whole, strip, 0);
          spreadEight(strip, whole, into.data(), to, width);
        } else {
          Interleaving.four(source, from, stride, whole, strip, 0);
          spreadFour(strip, whole, into.data(), to, width);
        }
        for (int row = whole; row < depth; row++) {
          for (int j = 0; j < STRIP; j++) {
            into.data()[to + row * width + j] = source[from + j * stride + row];
          }
        }
      }
    }
  }

  private static void spreadEight(float[] strip, int depth, float[] data, int to, int width) {
    for (int k = 0; k < depth; k++) {
      FLOATS_256.cast(FloatVector.fromArray(FloatVector.SPECIES_256, strip, 8 * k)).intoArray(data,
          to + k * width);
    }
  }

  private static void spreadFour(float[] strip, int depth, float[] data, int to, int width) {
    for (int k = 0; k < depth; k++) {
      FLOATS_128.cast(FloatVector.fromArray(FloatVector.SPECIES_128, strip, 4 * k)).intoArray(data,
          to + k * width);
    }
  }
}
