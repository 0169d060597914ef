package dev.unroll.kernel.bytecode;

import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import java.util.List;
import java.util.Optional;

/// A stage as code, and what the code expects in the arguments of [ElementLoops#run].
///
/// @param loops the code
/// @param slots what lies in memory: rows of buffers and parameters
/// @param slotArrays for each slot the number of its array
/// @param arrays the arrays; empty for that of the parameters
/// @param sizes the sizes of the vectors
/// @param registers the sizes, by number, of the vectors that lie in scratch memory
/// @param scratch the floats of scratch memory in front of the registers
public record Emitted(
    ElementLoops loops,
    List<Slot> slots,
    List<Integer> slotArrays,
    List<Optional<Buffer>> arrays,
    List<Size> sizes,
    List<Integer> registers,
    int scratch) {

  /// Copies its lists.
  public Emitted {
    slots = List.copyOf(slots);
    slotArrays = List.copyOf(slotArrays);
    arrays = List.copyOf(arrays);
    sizes = List.copyOf(sizes);
    registers = List.copyOf(registers);
  }

  /// The number of the array in which a slot lies.
  public int array(int slot) {
    return slotArrays.get(slot);
  }

  /// Emits the class of a stage and loads it.
  ///
  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @throws IllegalArgumentException if the stage reads a value before it is there
  static Emitted of(Stage.Rows rows, Origin origin, int lanes) {
    var emitter = new Emitter(rows, origin, lanes);
    var program = emitter.program();
    var loops = new EmittedLoader().load(
        emitter.className(), emitter.bytes(), ElementLoops.class);
    return new Emitted(loops, program.slots(),
        program.slotArrays(), program.arrays(), program.sizes(),
        emitter.registerSizes(), emitter.scratch());
  }
}
