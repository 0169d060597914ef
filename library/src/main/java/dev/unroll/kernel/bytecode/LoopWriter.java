package dev.unroll.kernel.bytecode;

import dev.unroll.kernel.plan.Instruction;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes one loop: whole vectors, then the remaining columns one by one.
///
/// That is slow for many columns, so divisible stages are called again for the last vector, moved
/// back so that it ends with the row. (A jump back to the loop for it would keep C2 from hoisting
/// array bounds checks out of the loop, which then takes 1.3 times as long.)
///
/// A sum keeps 16 running sums in 16 / lanes vectors, which change places after each addition; the
/// tree that folds them is the same whichever of them comes first.
final class LoopWriter {
  /// The largest number of columns of any buffer, and so of any row.
  private static final int LAST = Integer.MAX_VALUE - 64;
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc MIN = MethodTypeDesc.ofDescriptor("(II)I");

  private final Part part;
  private final Program program;
  private final Loops loops;
  private final Loops.Unit unit;
  private final int index;
  private final int lanes;
  private final int pads;

  private final Code before = new Code();
  private final Code constants = new Code();
  private final Code body = new Code();
  private final Map<Object, Integer> broadcasts = new HashMap<>();
  private final Map<Value, Integer> vectors = new HashMap<>();
  private final int i;
  private final VectorCode functions;
  private final List<Work.Compute> sums;
  private final int[][] running;

  /// @param index the index of the unit in the loops
  /// @param pads the places in scratch memory for 16 numbers per sum
  /// @param scratch the place of another 16
  LoopWriter(Part part, Program program, Loops loops, int index, int lanes, int pads,
      int scratch) {
    this.part = part;
    this.program = program;
    this.loops = loops;
    this.unit = loops.units().get(index);
    this.index = index;
    this.lanes = lanes;
    this.pads = pads;
    i = part.newLocal();
    sums = unit.work().stream().filter(w -> w instanceof Work.Compute c && c.sums())
        .map(Work.Compute.class::cast).toList();
    running = new int[sums.size()][16 / lanes];
    functions = new VectorCode(body, new VectorCode.Constants() {
      @Override
      public int of(float number) {
        return broadcast(new Value.Literal(number));
      }

      @Override
      public int ofBits(int number) {
        return broadcastBits(number);
      }
    }, part::newLocal, lanes, scratch);
  }

  void write() {
    before.equation(unit.work().getFirst().equation());
    for (var sum : running) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] = part.newLocal();
        before.add(VectorApi.species(lanes)).add(VectorApi.zero(lanes)).toVector(sum[k]);
      }
    }
    unit.work().forEach(this::vector);
    var columns = new ColumnWriter();
    int bound = part.newLocal();
    int end = part.newLocal();
    var code = part.body().add(before);
    if (program.isDivisible()) {
      code.integer(Part.FROM).add(LoopWriter::bounded).toInteger(i).integer(Part.TO);
    } else {
      code.constant(0).toInteger(i);
      code.vector(Part.LENGTHS).constant(unit.size()).add(c -> c.iaload());
    }
    code.add(LoopWriter::bounded).toInteger(end);
    code.integer(end).constant(lanes).add(c -> c.isub()).toInteger(bound);
    var head = new Code.Mark();
    var exit = new Code.Mark();
    var done = new Code.Mark();
    // Where no whole vector follows, C2 might box the constants.
    code.integer(i).integer(bound).add(c -> c.if_icmpgt(exit.in(c))).add(constants);
    code.bind(head).integer(i).integer(bound).add(c -> c.if_icmpgt(exit.in(c)));
    code.add(body).add(c -> c.iinc(i, lanes)).add(c -> c.goto_(head.in(c)));
    code.bind(exit).integer(i).integer(end).add(c -> c.if_icmpge(done.in(c)));
    columns.write(code, end);
    code.bind(done);
    for (int s = 0; s < running.length; s++) {
      fold(s, code);
    }
  }

  /// Tells C2 that a column is far from the largest integer, so that no sum with it overflows.
  /// Without that C2 does not recognize the loop of an LSTM's gates as counted and leaves all
  /// bounds checks in it: 279 instructions for a
  /// vector instead of 142.
  private static void bounded(CodeBuilder c) {
    c.loadConstant(LAST).invokestatic(MATH, "min", MIN);
  }

  private void vector(Work work) {
    body.equation(work.equation());
    switch (work) {
      case Work.Store(var value, int slot, int _, int _) -> {
        int vector = vector(value);
        body.vector(vector).add(c -> VectorApi.exactFloats(c, lanes)).vector(part.array(slot))
            .integer(part.position(slot)).integer(i)
            .add(c -> c.iadd()).add(VectorApi::store);
      }
      case Work.Compute(int number, var instruction, var operands, int _, int _) -> {
        var value = new Value.Computed(number);
        switch (instruction) {
          case Instruction.Apply a -> functions.apply(a.function(), vector(operands.getFirst()));
          case Instruction.Combine c ->
              functions.combine(c.operator(), vector(operands.getFirst()),
                  vector(operands.getLast()));
          case Instruction.Sum _ -> {
            int operand = vector(operands.getFirst());
            accumulate(sums.indexOf(work), () -> body.vector(operand), body);
            return;
          }
          case Instruction.Copy copy -> throw new IllegalStateException("a copy: " + copy);
        }
        int local = part.newLocal();
        body.toVector(local);
        vectors.put(value, local);
      }
    }
  }

  /// The local with a vector, loaded at its first use.
  private int vector(Value value) {
    if (program.isNumber(value)) {
      return broadcast(value);
    }
    return vectors.computeIfAbsent(value, v -> {
      int slot = slot(v);
      int local = part.newLocal();
      body.add(VectorApi.species(lanes)).vector(part.array(slot)).integer(part.position(slot))
          .integer(i).add(c -> c.iadd()).add(VectorApi.load(lanes)).toVector(local);
      return local;
    });
  }

  private int slot(Value value) {
    return switch (value) {
      case Value.Loaded(int slot) -> slot;
      case Value.Computed(int operation) when loops.unitOf(operation) != index ->
          loops.home(operation);
      default -> throw new IllegalStateException(value + " is used before it is done");
    };
  }

  private int broadcast(Value value) {
    return broadcasts.computeIfAbsent(value, _ -> {
      int number = part.number(value, before);
      int local = part.newLocal();
      constants.add(VectorApi.species(lanes)).number(number).add(VectorApi.broadcast(lanes))
          .toVector(local);
      return local;
    });
  }

  private int broadcastBits(int bits) {
    return broadcasts.computeIfAbsent(bits, _ -> {
      int local = part.newLocal();
      constants.add(VectorApi.intSpecies(lanes)).constant(bits).add(VectorApi.broadcastInt(lanes))
          .toVector(local);
      return local;
    });
  }

  /// Adds a vector to the running sums that are due, and passes the turn. The sums are added to the
  /// vector, not the vector to them ([VectorApi]).
  private void accumulate(int sum, Runnable load, Code code) {
    var vectors = running[sum];
    load.run();
    code.vector(vectors[0]).add(VectorApi.binary("add"));
    for (int k = 1; k < vectors.length; k++) {
      code.vector(vectors[k]).toVector(vectors[k - 1]);
    }
    code.toVector(vectors[vectors.length - 1]);
  }

  private void fold(int sum, Code code) {
    var vectors = running[sum];
    int count = vectors.length;
    known(vectors[0], code);
    if (count == 2) {
      code.vector(vectors[1]).add(VectorApi.binary("add"));
    } else if (count == 4) {
      code.vector(vectors[2]).add(VectorApi.binary("add"));
      known(vectors[1], code);
      code.vector(vectors[3]).add(VectorApi.binary("add")).add(VectorApi.binary("add"));
    }
    int pad = pads + 16 * sum;
    code.add(c -> VectorApi.exactFloats(c, lanes)).vector(Part.SCRATCH).constant(pad)
        .add(VectorApi::store);
    folded(pad, 1, code);
    part.keepNumber(new Value.Computed(sums.get(sum).number()), code);
  }

  /// A running sum on the stack: added to 0, so that its class is known ([VectorApi]), which
  /// changes no bits, as it began there and is never −0.
  private void known(int sum, Code code) {
    code.add(VectorApi.species(lanes)).add(VectorApi.zero(lanes)).vector(sum)
        .add(VectorApi.binary("add"));
  }

  /// Leaves the sum of the running sums at `at`, `at + stride` … on the stack.
  private void folded(int at, int stride, Code code) {
    if (stride == lanes) {
      code.vector(Part.SCRATCH).constant(at).add(c -> c.faload());
      return;
    }
    folded(at, 2 * stride, code);
    folded(at + stride, 2 * stride, code);
    code.add(c -> c.fadd());
  }

  /// Writes the loop over single columns.
  private final class ColumnWriter {
    private final Code column = new Code();
    private final Map<Value, Integer> values = new HashMap<>();
    private final int first = part.newLocal();

    ColumnWriter() {
      unit.work().forEach(this::column);
    }

    void write(Code code, int end) {
      for (int s = 0; s < running.length; s++) {
        code.add(VectorApi.species(lanes)).add(VectorApi.zero(lanes)).vector(Part.SCRATCH)
            .constant(pads + 16 * s).add(VectorApi::store);
      }
      code.integer(i).toInteger(first);
      var head = new Code.Mark();
      code.bind(head).add(column).add(c -> c.iinc(i, 1));
      code.integer(i).integer(end).add(c -> c.if_icmplt(head.in(c)));
      for (int s = 0; s < running.length; s++) {
        int pad = pads + 16 * s;
        accumulate(s, () -> code.add(VectorApi.species(lanes)).vector(Part.SCRATCH).constant(pad)
            .add(VectorApi.load(lanes)), code);
      }
    }

    private void column(Work work) {
      column.equation(work.equation());
      switch (work) {
        case Work.Store(var value, int slot, int _, int _) -> {
          int number = number(value);
          column.vector(part.array(slot)).integer(part.position(slot)).integer(i)
              .add(c -> c.iadd()).number(number).add(c -> c.fastore());
        }
        case Work.Compute(int number, var instruction, var operands, int _, int _) -> {
          var locals = operands.stream().map(this::number).toList();
          if (instruction instanceof Instruction.Sum) {
            int pad = pads + 16 * sums.indexOf(work);
            column.vector(Part.SCRATCH).integer(i).integer(first).constant(pad)
                .add(c -> c.swap().isub().iadd()).number(locals.getFirst()).add(c -> c.fastore());
            return;
          }
          locals.forEach(column::number);
          column.add(c -> NumberCode.write(c, instruction));
          int local = part.newLocal();
          column.toNumber(local);
          values.put(new Value.Computed(number), local);
        }
      }
    }

    private int number(Value value) {
      if (program.isNumber(value)) {
        return part.number(value, before);
      }
      return values.computeIfAbsent(value, v -> {
        int slot = slot(v);
        int local = part.newLocal();
        column.vector(part.array(slot)).integer(part.position(slot)).integer(i)
            .add(c -> c.iadd().faload()).toNumber(local);
        return local;
      });
    }
  }
}
