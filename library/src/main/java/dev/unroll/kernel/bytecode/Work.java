package dev.unroll.kernel.bytecode;

import dev.unroll.kernel.plan.Instruction;
import java.util.List;

/// A piece of the work of a stage.
sealed interface Work {
  /// For one number each row.
  int ONE = -1;

  /// The size of the vectors that it works on, by number, or [#ONE].
  int size();

  /// The equation it belongs to, counted from 1; 0 if unknown.
  int equation();

  /// The values that it reads.
  default List<Value> reads() {
    return switch (this) {
      case Compute c -> c.operands();
      case Store s -> List.of(s.value());
    };
  }

  /// Computes a value; a sum gives one number out of a vector of this size.
  record Compute(int number, Instruction instruction, List<Value> operands, int size, int equation)
      implements
        Work {
    boolean sums() {
      return instruction instanceof Instruction.Sum;
    }

    /// Whether the result is one number for each row.
    boolean isNumber() {
      return sums() || size == ONE;
    }
  }

  /// Writes a value to memory.
  record Store(Value value, int slot, int size, int equation) implements Work {}
}
