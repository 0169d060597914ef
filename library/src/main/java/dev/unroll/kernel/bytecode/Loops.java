package dev.unroll.kernel.bytecode;

import dev.unroll.expr.Function;
import dev.unroll.kernel.plan.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The work of a program as a sequence of loops over columns, with code for single numbers between
/// them.
///
/// All work on vectors of one size that needs the same sums goes into one loop. Work needed only by
/// later loops is moved there, unless that would carry more values through memory than it saves. A
/// loop that would be too long to compile is split. A value that a later loop needs is read again
/// from the memory that the plan stores it in, else from scratch memory. A write over a value waits
/// for the last loop that reads the value. (Loops with one or two of the long functions each, so
/// that their constants stay in registers, were measured to be no faster.)
final class Loops {
  /// The approximate limit in bytes on the bytecode of a loop's body: C2 takes seconds for longer
  /// ones.
  private static final int LONGEST_BODY = 1200;

  /// A loop over vectors of one size, or code for numbers ([Work#ONE]).
  record Unit(int size, List<Work> work) {}

  private final Program program;
  private final int[] levels;
  private final List<Unit> units = new ArrayList<>();
  private final int[] unitOf;
  private final Map<Integer, Integer> homes = new HashMap<>();
  private final Registers registers = new Registers();
  private final Map<Value, Integer> lastReads = new HashMap<>();

  Loops(Program program) {
    this.program = program;
    levels = new int[program.operations()];
    unitOf = new int[program.operations()];
    findLevels();
    sink();
    findLastReads();
    cut();
    placeCrossing();
  }

  List<Unit> units() {
    return units;
  }

  /// The unit that computes an operation.
  int unitOf(int operation) {
    return unitOf[operation];
  }

  /// The slot in which a later loop reads a vector. Slots beyond those of the program are registers
  /// in scratch memory.
  int home(int operation) {
    var home = homes.get(operation);
    if (home == null) {
      throw new IllegalStateException("operation " + operation + " is used in its own loop only");
    }
    return home;
  }

  /// The sizes of the vectors that are kept in scratch memory.
  List<Integer> registerSizes() {
    return registers.sizes();
  }

  private void findLevels() {
    for (int n = 0; n < levels.length; n++) {
      levels[n] = program.operation(n).operands().stream().mapToInt(this::ready).max().orElse(0);
    }
  }

  /// The level from which a value is available; a sum is available when its loop has ended.
  private int ready(Value value) {
    return value instanceof Value.Computed(int n)
        ? levels[n] + (program.operation(n).sums() && program.operation(n).size() != Work.ONE
            ? 1
            : 0)
        : 0;
  }

  private void sink() {
    var users = users();
    for (int n = levels.length - 1; n >= 0; n--) {
      var operation = program.operation(n);
      int first = users.get(n).stream().mapToInt(u -> levels[u]).min().orElse(levels[n]);
      if (!operation.isNumber() && first > levels[n] && carried(operation, first) <= 1) {
        levels[n] = first;
      }
    }
  }

  private List<List<Integer>> users() {
    var users = new ArrayList<List<Integer>>();
    for (int n = 0; n < levels.length; n++) {
      users.add(new ArrayList<>());
      for (var operand : program.operation(n).operands()) {
        if (operand instanceof Value.Computed(int o)) {
          users.get(o).add(n);
        }
      }
    }
    return users;
  }

  /// The number of earlier vectors that an operation would read at a level.
  private long carried(Work.Compute operation, int level) {
    return operation.operands().stream().distinct()
        .filter(o -> o instanceof Value.Computed(int n) && !program.isNumber(o)
            && levels[n] < level)
        .count();
  }

  private int level(Work work) {
    return switch (work) {
      case Work.Compute c -> levels[c.number()];
      case Work.Store s -> Math.max(ready(s.value()), lastRead(s.slot()));
    };
  }

  /// The level of the last loop that reads the memory that a slot overwrites.
  private int lastRead(int slot) {
    var before = program.overwritten().get(slot);
    return before == null ? 0 : lastReads.getOrDefault(new Value.Loaded(before), 0);
  }

  private void findLastReads() {
    for (int n = 0; n < levels.length; n++) {
      for (var operand : program.operation(n).operands()) {
        lastReads.merge(operand, levels[n], Math::max);
      }
    }
  }

  private void cut() {
    int last = program.work().stream().mapToInt(this::level).max().orElse(0);
    for (int level = 0; level <= last; level++) {
      for (int size = Work.ONE; size < program.sizes().size(); size++) {
        int now = level;
        int its = size;
        cut(size, program.work().stream().filter(w -> w.size() == its && level(w) == now).toList());
      }
    }
  }

  private void cut(int size, List<Work> work) {
    var body = new ArrayList<Work>();
    int bytes = 0;
    for (var w : work) {
      if (w instanceof Work.Compute && bytes > LONGEST_BODY) {
        addUnit(size, body);
        body.clear();
        bytes = 0;
      }
      body.add(w);
      bytes += bytes(w);
    }
    if (!body.isEmpty()) {
      addUnit(size, body);
    }
  }

  private void addUnit(int size, List<Work> body) {
    for (var w : body) {
      if (w instanceof Work.Compute c) {
        unitOf[c.number()] = units.size();
      }
    }
    units.add(new Unit(size, new ArrayList<>(body)));
  }

  private void placeCrossing() {
    var lastUnits = new int[levels.length];
    for (int u = 0; u < units.size(); u++) {
      for (var work : units.get(u).work()) {
        for (var value : work.reads()) {
          if (value instanceof Value.Computed(int n)) {
            lastUnits[n] = u;
          }
        }
      }
    }
    for (int u = 0; u < units.size(); u++) {
      for (var work : List.copyOf(units.get(u).work())) {
        if (work instanceof Work.Compute c && !c.isNumber() && lastUnits[c.number()] > u) {
          place(c, u, lastUnits[c.number()]);
        }
      }
    }
  }

  private void place(Work.Compute operation, int unit, int lastUnit) {
    var value = new Value.Computed(operation.number());
    var work = units.get(unit).work();
    for (var w : work) {
      if (w instanceof Work.Store s && s.value().equals(value)) {
        homes.put(operation.number(), s.slot());
        return;
      }
    }
    int slot = program.slots().size() + registers.take(operation.size(), unit, lastUnit);
    homes.put(operation.number(), slot);
    work.add(work.indexOf(operation) + 1,
        new Work.Store(value, slot, operation.size(), operation.equation()));
  }

  /// The approximate bytes of bytecode of the work in a loop.
  static int bytes(Work work) {
    return switch (work) {
      case Work.Store _ -> 12;
      case Work.Compute c -> c.instruction() instanceof Instruction.Apply a ? bytes(a.function())
          : 40;
    };
  }

  private static int bytes(Function function) {
    return switch (function) {
      case SIGMOID, TANH, EXP, LOG, EXPM1, LOG1P -> 250;
      case SIN, COS -> 350;
      case SOFTPLUS, LOGSIGMOID -> 500;
      case RELU, SQRT, ABS, NEGATE, STEP, SIGN, FLUSH -> 40;
    };
  }
}
