package dev.unroll.onnx.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of a graph, each with its slot, within those of the graph around it.
final class SlotNames {
  private final @Nullable SlotNames around;
  private final Frame frame;
  private final Map<String, Integer> slots = new HashMap<>();
  private final Set<Integer> constants = new HashSet<>();
  private final Set<Integer> outer = new LinkedHashSet<>();

  SlotNames(Frame frame, @Nullable SlotNames around) {
    this.frame = frame;
    this.around = around;
  }

  /// The slot of a name that this graph defines.
  int define(String name) {
    return slots.computeIfAbsent(name, _ -> frame.add());
  }

  /// Whether this graph or one around it defines the name.
  boolean has(String name) {
    for (var names = this; names != null; names = names.around) {
      if (names.slots.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  /// The slot of a name that is read.
  int slot(String name) {
    var own = slots.get(name);
    if (own != null) {
      return own;
    }
    if (around == null) {
      throw new IllegalStateException("nothing defines " + name);
    }
    int slot = around.slot(name);
    outer.add(slot);
    return slot;
  }

  /// The slots of graphs around this one that were read, here or further within.
  Set<Integer> outer() {
    return outer;
  }

  /// Says that the value in a slot never changes.
  void fix(int slot) {
    constants.add(slot);
  }

  /// Whether the value in a slot never changes.
  boolean isConstant(int slot) {
    for (var names = this; names != null; names = names.around) {
      if (names.constants.contains(slot)) {
        return true;
      }
    }
    return false;
  }
}
