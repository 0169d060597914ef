package dev.unroll.kernel.bytecode;

import java.util.ArrayList;
import java.util.List;

/// The vectors of scratch memory that carry values from one loop of a stage to later ones. When the
/// last loop that reads a value has ended, its register is reused: fewer vectors stay in the
/// first-level cache more often.
final class Registers {
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Integer> lastUnits = new ArrayList<>();

  /// Allocates a register for a value of a size that one unit computes and others read, the last of
  /// them in `lastUnit`. Units allocate in their order. A register that is last used in the unit
  /// itself is not reused there, as the order of reads and writes within a loop is not fixed yet.
  int take(int size, int unit, int lastUnit) {
    for (int r = 0; r < sizes.size(); r++) {
      if (sizes.get(r) == size && lastUnits.get(r) < unit) {
        lastUnits.set(r, lastUnit);
        return r;
      }
    }
    sizes.add(size);
    lastUnits.add(lastUnit);
    return sizes.size() - 1;
  }

  /// The size of each register, by number.
  List<Integer> sizes() {
    return sizes;
  }
}
