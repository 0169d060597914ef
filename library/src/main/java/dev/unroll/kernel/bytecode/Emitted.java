package dev.unroll.kernel.bytecode;

import dev.unroll.expr.Size;
import dev.unroll.kernel.Dump;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A stage as code, and the layout of the arguments of [ElementLoops#run] that it expects.
///
/// @param origin where the stage comes from
/// @param loops the code
/// @param lanes the floats of a vector
/// @param slots rows of buffers and parameters in memory
/// @param slotArrays for each slot the index of its array
/// @param arrays the number of arrays
/// @param overwritten for each slot that may overwrite another one that the code reads before: the
///     latter
/// @param sizes the sizes of the vectors
/// @param registers the sizes, by number, of the vectors in scratch memory
/// @param scratch the floats of scratch memory in front of the registers
public record Emitted(
    Origin origin,
    ElementLoops loops,
    int lanes,
    List<Slot> slots,
    List<Integer> slotArrays,
    int arrays,
    Map<Integer, Integer> overwritten,
    List<Size> sizes,
    List<Integer> registers,
    int scratch) {

  /// Copies its lists.
  public Emitted {
    slots = List.copyOf(slots);
    slotArrays = List.copyOf(slotArrays);
    overwritten = Collections.unmodifiableMap(new LinkedHashMap<>(overwritten));
    sizes = List.copyOf(sizes);
    registers = List.copyOf(registers);
  }

  /// Runs the code, as [ElementLoops#run]; exceptions name the equation.
  public void run(float[][] memory, int[] at, int[] strides, int rows, int[] lengths, int from,
      int to, float[] scratch) {
    try {
      loops.run(memory, at, strides, rows, lengths, from, to, scratch);
    } catch (RuntimeException e) {
      throw origin.explain(e);
    }
  }

  /// The index of the array of a slot.
  public int array(int slot) {
    return slotArrays.get(slot);
  }

  /// Emits the class of a stage and loads it.
  ///
  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @param apart whether each buffer has an array of its own
  /// @throws IllegalArgumentException if the stage reads a value before it is computed
  static Emitted of(Stage.Rows rows, Origin origin, int lanes, boolean apart) {
    var emitter = new Emitter(rows, origin, lanes, apart);
    var program = emitter.program();
    var bytes = emitter.bytes();
    var dump = Dump.current();
    if (dump.has(Dump.What.BYTECODE)) {
      var name = "%s-%s-%08x".formatted(origin.cell(), origin.pass(), rows.hashCode());
      dump.write(name + ".txt", Listing.of(bytes, origin));
      dump.write(name + ".class", bytes);
    }
    var loops = new EmittedLoader().load(emitter.className(), bytes, ElementLoops.class);
    return new Emitted(origin, loops, lanes, program.slots(),
        program.slotArrays(), program.arrays(),
        program.overwritten(), program.sizes(), emitter.registerSizes(), emitter.scratch());
  }
}
