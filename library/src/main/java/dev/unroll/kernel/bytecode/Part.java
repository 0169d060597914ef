package dev.unroll.kernel.bytecode;

import java.util.HashMap;
import java.util.Map;

/// One method of an emitted class, for one row: some of the units of a stage, and the locals that
/// they share. Positions and arrays are loaded once, at the beginning.
final class Part {
  /// The parameters of the method.
  static final int ARRAYS = 0;
  static final int AT = 1;
  static final int STRIDES = 2;
  static final int ROW = 3;
  static final int LENGTHS = 4;
  static final int FROM = 5;
  static final int TO = 6;
  static final int SCRATCH = 7;

  private final Program program;
  private final Map<Integer, Integer> shared;
  private final boolean moves;
  private final Code prologue = new Code();
  private final Code body = new Code();
  private final Map<Integer, Integer> arrays = new HashMap<>();
  private final Map<Integer, Integer> positions = new HashMap<>();
  private final Map<Value, Integer> numbers = new HashMap<>();
  private int locals = SCRATCH + 1;

  /// @param shared the places in scratch memory of the numbers that other parts use, by operation
  /// @param moves whether positions are moved from row to row ([ElementLoops#move]); else they stay
  ///     at the first row
  Part(Program program, Map<Integer, Integer> shared, boolean moves) {
    this.program = program;
    this.shared = shared;
    this.moves = moves;
    touch(SCRATCH);
  }

  /// Touches the array before any loop. If C2 sees it first in an access within a loop, it leaves
  /// that array's bounds checks in the loop, and at each of them boxes vectors: loops of the
  /// layer-normalized LSTM then have twice as many instructions.
  private void touch(int array) {
    prologue.vector(array).add(c -> c.arraylength().pop());
  }

  Code body() {
    return body;
  }

  int newLocal() {
    return locals++;
  }

  /// The local with the array of a slot.
  int array(int slot) {
    return slot >= program.slots().size() ? SCRATCH
        : arrays.computeIfAbsent(program.array(slot), array -> {
          int local = newLocal();
          prologue.vector(ARRAYS).constant(array).add(c -> c.aaload()).toVector(local);
          touch(local);
          return local;
        });
  }

  /// The local with the start of this row of the slot. That it is not negative, which C2 cannot
  /// know, makes bounds checks shorter.
  int position(int slot) {
    return positions.computeIfAbsent(slot, s -> {
      int local = newLocal();
      prologue.vector(AT).constant(s).add(c -> c.iaload());
      if (!moves) {
        prologue.integer(ROW).vector(STRIDES).constant(s).add(c -> c.iaload().imul().iadd());
      }
      prologue.constant(Integer.MAX_VALUE).add(c -> c.iand()).toInteger(local);
      return local;
    });
  }

  /// The local with a number of this row, loaded by `code` if it is not loaded yet; `code`
  /// dominates all later code.
  int number(Value value, Code code) {
    var known = numbers.get(value);
    if (known != null) {
      return known;
    }
    switch (value) {
      case Value.Literal(float number) -> code.add(c -> c.loadConstant(number));
      case Value.Count(int size) ->
          code.vector(LENGTHS).constant(size).add(c -> c.iaload().i2f());
      case Value.Loaded(int slot) ->
          code.vector(array(slot)).integer(position(slot)).add(c -> c.faload());
      case Value.Computed(int operation) -> {
        var at = shared.get(operation);
        if (at == null) {
          throw new IllegalStateException("operation " + operation + " is used before it is done");
        }
        code.vector(SCRATCH).constant(at).add(c -> c.faload());
      }
    }
    return keepNumber(value, code);
  }

  /// Keeps the number on the stack as this value, also for other parts if they use it.
  int keepNumber(Value value, Code code) {
    int local = newLocal();
    code.toNumber(local);
    numbers.put(value, local);
    if (value instanceof Value.Computed(int operation) && shared.containsKey(operation)) {
      code.vector(SCRATCH).constant(shared.get(operation)).number(local).add(c -> c.fastore());
    }
    return local;
  }

  /// All code, in order.
  Code code() {
    return new Code().add(prologue).add(body).add(c -> c.return_());
  }
}
