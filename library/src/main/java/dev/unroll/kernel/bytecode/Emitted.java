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
  /// The class is an ordinary one with a loader of its own: the JVM leaves the frames of hidden classes
  /// out of stack traces, and a loader goes with its class when nobody uses it any more.
  ///
  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @throws IllegalArgumentException if the stage reads a value before it is there
  static Emitted of(Stage.Rows rows, Origin origin, int lanes) {
    var emitter = new Emitter(rows, origin, lanes);
    var program = emitter.program();
    var loops = new Loader().load(emitter.className(), emitter.bytes());
    return new Emitted(loops, program.slots(),
        program.slotArrays(), program.arrays(), program.sizes(),
        emitter.registerSizes(), emitter.scratch());
  }

  private static final class Loader extends ClassLoader {
    Loader() {
      super("unroll-emitted", Emitted.class.getClassLoader());
    }

    ElementLoops load(String name, byte[] bytes) {
      try {
        return (ElementLoops) defineClass(name, bytes, 0, bytes.length)
            .getConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(name + " cannot be made", e);
      }
    }
  }
}
