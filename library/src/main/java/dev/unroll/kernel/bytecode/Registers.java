package dev.unroll.kernel.bytecode;

import java.util.ArrayList;
import java.util.List;

/// The vectors of scratch memory that carry values from one loop of a stage to later ones. When the last loop that
/// reads a value has ended, the next value takes its place: fewer vectors stay in the first-level cache more
/// often.
final class Registers {
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Integer> lastUnits = new ArrayList<>();

  /// A register for a value of a size that one unit computes and others read, the last of them in `lastUnit`.
  /// Units ask in their order. What ends in the unit itself is not given away there, as the order of reading
  /// and writing within a loop is not settled yet.
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
