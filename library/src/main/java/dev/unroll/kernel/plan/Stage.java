package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A unit of work between two points at which values must be complete.
public sealed interface Stage {

  /// One matrix product: `result (+)= operand · Wᵀ` forward, `result (+)= operand · W` for
  /// gradients.
  ///
  /// @param stack the matrices, one under another
  /// @param transposed whether it back-propagates gradients (`operand · W`)
  /// @param operand the first of the columns that are multiplied; a stack's columns are adjacent
  /// @param result the first of the columns that are written
  /// @param accumulate whether the product is added to what `result` holds
  record Multiply(StackedMatrices stack, boolean transposed, Place operand, Place result,
      boolean accumulate)
      implements
        Stage {
    @Override
    public String toString() {
      return result + (accumulate ? " += " : " = ") + operand + " · " + stack
          + (transposed ? "" : "ᵀ");
    }
  }

  /// All elementwise work between two products, row by row.
  ///
  /// @param equations for each instruction the equation of the cell that it comes from, counted
  ///   from 1; 0 if unknown, as for all if the list is empty
  /// @param overwritten for results that overwrite the memory of a value which the stage reads
  ///     before: the place of that value
  record Rows(List<Instruction> instructions, List<Integer> equations,
      Map<Place, Place> overwritten) implements Stage {

    /// Copies its collections.
    public Rows {
      instructions = List.copyOf(instructions);
      equations = List.copyOf(equations);
      overwritten = Collections.unmodifiableMap(new LinkedHashMap<>(overwritten));
    }

    /// Instructions whose results overwrite nothing that they read.
    public Rows(List<Instruction> instructions, List<Integer> equations) {
      this(instructions, equations, Map.of());
    }

    /// Instructions that come from no known equation.
    public Rows(List<Instruction> instructions) {
      this(instructions, List.of());
    }

    /// The equation that instruction `i` comes from, counted from 1; 0 if unknown.
    public int equation(int i) {
      return equations.isEmpty() ? 0 : equations.get(i);
    }

    /// The values that it writes, in a line: `i, f, g, o, state.c', state.h'`.
    public String title() {
      return instructions.stream().map(Instruction::result)
          .filter(Slot.InBuffer.class::isInstance).map(Slot::toString).distinct()
          .collect(Collectors.joining(", "));
    }

    /// The buffers that it writes.
    public List<Buffer> results() {
      return instructions.stream().map(Instruction::result)
          .filter(Slot.InBuffer.class::isInstance).map(r -> ((Slot.InBuffer) r).place().buffer())
          .distinct().toList();
    }

    /// Whether each hidden unit is computed from the values of that unit alone, so that the units
    /// may be divided: every result is a vector of one size, and none is a sum.
    public boolean isDivisible() {
      var size = instructions.getFirst().result().size();
      return !size.equals(Size.ONE) && instructions.stream()
          .allMatch(i -> i.result().size().equals(size) && !(i instanceof Instruction.Sum));
    }

    @Override
    public String toString() {
      return String.join("\n", instructions.stream().map(Instruction::toString).toList());
    }
  }
}
