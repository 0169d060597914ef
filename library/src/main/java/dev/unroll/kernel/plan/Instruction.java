package dev.unroll.kernel.plan;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import java.util.List;

/// One operation on a row.
public sealed interface Instruction {

  /// The slot of the result.
  Slot result();

  /// The slots that it reads, in order.
  default List<Slot> operands() {
    return switch (this) {
      case Apply a -> List.of(a.operand());
      case Combine c -> List.of(c.left(), c.right());
      case Sum s -> List.of(s.operand());
      case Copy c -> List.of(c.operand());
    };
  }

  /// `result = function(operand)`
  record Apply(Function function, Slot operand, Slot result) implements Instruction {
    @Override
    public String toString() {
      return result + " = " + function.ascii() + "(" + operand + ")";
    }
  }

  /// `result = left operator right`
  record Combine(Operator operator, Slot left, Slot right, Slot result) implements Instruction {
    @Override
    public String toString() {
      return result + " = " + left + " " + operator.symbol() + " " + right;
    }
  }

  /// `result = Σ operand`
  record Sum(Slot operand, Slot result) implements Instruction {
    @Override
    public String toString() {
      return result + " = sum(" + operand + ")";
    }
  }

  /// `result = operand`, broadcast if the operand is one number.
  record Copy(Slot operand, Slot result) implements Instruction {
    @Override
    public String toString() {
      return result + " = " + operand;
    }
  }
}
