package dev.unroll.kernel.bytecode;

import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Instruction;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A stage with resolved names: the memory that it accesses, by number, and its work in order, each
/// value computed once. Copies are eliminated: a copied value is one value that is stored twice.
final class Program {
  private final Stage.Rows rows;
  private final Map<Slot, Integer> slots = new LinkedHashMap<>();
  private final Map<Object, Integer> arrays = new LinkedHashMap<>();
  private final List<Integer> slotArrays = new ArrayList<>();
  private final List<Integer> slotSizes = new ArrayList<>();
  private final Map<Size, Integer> sizes = new LinkedHashMap<>();
  private final Map<Slot, Value> written = new HashMap<>();
  private final Set<Slot> read = new HashSet<>();
  private final List<Work> work = new ArrayList<>();
  private final List<Work.Compute> operations = new ArrayList<>();
  private final Map<Integer, Integer> overwritten = new LinkedHashMap<>();
  private final boolean divisible;
  private final boolean apart;

  /// @param apart whether each buffer has an array of its own; else all but those of the caller are
  ///     in one
  /// @throws IllegalArgumentException if a value is read before it is computed, or written twice
  Program(Stage.Rows rows, boolean apart) {
    this.apart = apart;
    divisible = rows.isDivisible();
    this.rows = rows;
    for (int i = 0; i < rows.instructions().size(); i++) {
      add(rows.instructions().get(i), rows.equation(i));
    }
  }

  private void add(Instruction instruction, int equation) {
    switch (instruction) {
      case Instruction.Copy(var operand, var result) -> {
        if (!operand.size().equals(Size.ONE) && !operand.size().equals(result.size())) {
          throw new IllegalArgumentException("%s: a vector of %s is no vector of %s"
              .formatted(instruction, operand.size(), result.size()));
        }
        write(result, value(operand), equation);
      }
      case Instruction.Apply a -> compute(a, List.of(a.operand()), a.result().size(), equation);
      case Instruction.Combine c ->
          compute(c, List.of(c.left(), c.right()), c.result().size(), equation);
      case Instruction.Sum s -> compute(s, List.of(s.operand()), s.operand().size(), equation);
    }
  }

  private void compute(Instruction instruction, List<Slot> operands, Size size, int equation) {
    var values = operands.stream().map(this::value).toList();
    int number = operations.size();
    var operation = new Work.Compute(number, instruction, values, number(size), equation);
    operations.add(operation);
    work.add(operation);
    write(instruction.result(), new Value.Computed(number), equation);
  }

  private void write(Slot result, Value value, int equation) {
    var before = result instanceof Slot.InBuffer(var place) ? rows.overwritten().get(place) : null;
    boolean meant = before != null && read.contains(new Slot.InBuffer(before));
    if (read.contains(result) && !meant || written.put(result, value) != null) {
      throw new IllegalArgumentException(
          "%s is written after it was read or written".formatted(result));
    }
    if (result instanceof Slot.InBuffer) {
      work.add(new Work.Store(value, slot(result), number(result.size()), equation));
    }
    if (before != null) {
      overwritten.put(slot(result), slot(new Slot.InBuffer(before)));
    }
  }

  private Value value(Slot slot) {
    var value = written.get(slot);
    if (value != null) {
      return value;
    }
    return switch (slot) {
      case Slot.Register r ->
          throw new IllegalArgumentException("%s is read before it is written".formatted(r));
      case Slot.Constant(double number) -> new Value.Literal((float) number);
      case Slot.Count(var of) -> new Value.Count(number(of));
      case Slot.InBuffer _, Slot.Parameter _ -> {
        read.add(slot);
        yield new Value.Loaded(slot(slot));
      }
    };
  }

  private int slot(Slot slot) {
    return slots.computeIfAbsent(slot, s -> {
      slotArrays.add(arrays.computeIfAbsent(arrayOf(s), _ -> arrays.size()));
      slotSizes.add(number(s.size()));
      return slots.size();
    });
  }

  /// The identity of the array of a slot.
  private Object arrayOf(Slot slot) {
    return slot instanceof Slot.InBuffer(var place)
        ? apart || place.buffer().span() == Buffer.Span.GIVEN ? place.buffer() : Home.OWN
        : Home.PARAMETERS;
  }

  private enum Home {
    OWN, PARAMETERS
  }

  private int number(Size size) {
    return size.equals(Size.ONE) ? Work.ONE : sizes.computeIfAbsent(size, _ -> sizes.size());
  }

  /// The slots in memory: buffers and parameters, each slot once.
  List<Slot> slots() {
    return List.copyOf(slots.keySet());
  }

  /// The number of arrays of the slots.
  int arrays() {
    return arrays.size();
  }

  /// The index of the array of a slot.
  int array(int slot) {
    return slotArrays.get(slot);
  }

  /// The index of the array of each slot.
  List<Integer> slotArrays() {
    return slotArrays;
  }

  /// For each slot that overwrites one that is read before: the latter.
  Map<Integer, Integer> overwritten() {
    return overwritten;
  }

  /// The sizes of all vectors.
  List<Size> sizes() {
    return List.copyOf(sizes.keySet());
  }

  /// All work, in a valid order.
  List<Work> work() {
    return work;
  }

  Work.Compute operation(int number) {
    return operations.get(number);
  }

  int operations() {
    return operations.size();
  }

  /// Whether ranges of columns can be computed separately ([Stage.Rows#isDivisible]).
  boolean isDivisible() {
    return divisible;
  }

  /// Whether a value is one number for each row.
  boolean isNumber(Value value) {
    return switch (value) {
      case Value.Loaded(int slot) -> slotSizes.get(slot) == Work.ONE;
      case Value.Literal _, Value.Count _ -> true;
      case Value.Computed(int operation) -> operation(operation).isNumber();
    };
  }
}
