package dev.unroll.kernel.run;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.plan.Instruction;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs elementwise work one instruction at a time, each over a whole row, which stays in the
/// first- level cache between instructions.
public final class Tape implements StageRunner {
  /// A slot is read from or written to an array at a position; which array is known when the tape
  /// runs, as some are given by the caller.
  private enum Source {
    BUFFER, REGISTERS, PARAMETERS, CONSTANTS
  }

  /// The largest number of elements of a vector: the shares of two threads fill whole vectors.
  static final int GRAIN = 16;

  /// The cost of an instruction for one element, in multiply-adds.
  private static final long ELEMENT = 10;

  private final Stage.Rows rows;
  private final Kernels kernels;
  private final float[] parameters;
  private final float[] constants;
  private final Instruction[] instructions;
  private final int[] result;
  private final int[] left;
  private final int[] right;
  private final int[] lengths;
  private final boolean[] leftScalar;
  private final boolean[] rightScalar;
  private final Source[] sources;
  private final @Nullable Location[] locations;
  private final int[] offsets;

  /// The stride of a slot from one hidden unit to the next: 1, or 0 for one number per row.
  private final int[] unitStrides;

  private final int registerLength;
  private final int units;

  public Tape(Stage.Rows rows, Memory memory, Dimensions sizes, Weights weights, float[] parameters,
      Kernels kernels) {
    this.rows = rows;
    this.kernels = kernels;
    this.parameters = parameters;
    var slots = new LinkedHashMap<Slot, Integer>();
    int n = rows.instructions().size();
    instructions = rows.instructions().toArray(Instruction[]::new);
    result = new int[n];
    left = new int[n];
    right = new int[n];
    lengths = new int[n];
    leftScalar = new boolean[n];
    rightScalar = new boolean[n];
    for (int i = 0; i < n; i++) {
      var operands = instructions[i].operands();
      var to = instructions[i].result();
      result[i] = number(slots, to);
      left[i] = number(slots, operands.getFirst());
      right[i] = number(slots, operands.getLast());
      boolean sums = instructions[i] instanceof Instruction.Sum;
      lengths[i] = sizes.of(sums ? operands.getFirst().size() : to.size());
      leftScalar[i] = isScalar(operands.getFirst(), to);
      rightScalar[i] = isScalar(operands.getLast(), to);
    }
    int count = slots.size();
    sources = new Source[count];
    locations = new @Nullable Location[count];
    offsets = new int[count];
    unitStrides = new int[count];
    var numbers = new ArrayList<Float>();
    int registers = 0;
    for (var entry : slots.entrySet()) {
      int s = entry.getValue();
      unitStrides[s] = entry.getKey().size().equals(Size.ONE) ? 0 : 1;
      switch (entry.getKey()) {
        case Slot.InBuffer(var place) -> {
          sources[s] = Source.BUFFER;
          locations[s] = memory.locate(place);
        }
        case Slot.Register(int _, var size) -> {
          sources[s] = Source.REGISTERS;
          offsets[s] = registers;
          registers += sizes.of(size);
        }
        case Slot.Parameter(var name, var _) -> {
          sources[s] = Source.PARAMETERS;
          offsets[s] = weights.block(name).offset();
        }
        case Slot.Constant(double value) -> {
          sources[s] = Source.CONSTANTS;
          offsets[s] = numbers.size();
          numbers.add((float) value);
        }
        case Slot.Count(var of) -> {
          sources[s] = Source.CONSTANTS;
          offsets[s] = numbers.size();
          numbers.add((float) sizes.of(of));
        }
      }
    }
    registerLength = registers;
    units = rows.isDivisible() ? lengths[0] : 0;
    constants = new float[numbers.size()];
    for (int i = 0; i < constants.length; i++) {
      constants[i] = numbers.get(i);
    }
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    run(t, from, to, 0, Integer.MAX_VALUE, scratch);
  }

  @Override
  public long work() {
    return ELEMENT * Arrays.stream(lengths).asLongStream().sum();
  }

  @Override
  public String toString() {
    return rows.title();
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public int grain() {
    return GRAIN;
  }

  @Override
  public void runUnits(int t, int batch, int from, int to, Scratch scratch) {
    run(t, 0, batch, from, to, scratch);
  }

  @Override
  public void runShare(int t, int batch, int thread, int threads, Scratch scratch) {
    run(t, WorkSplit.share(batch, thread, threads), WorkSplit.share(batch, thread + 1, threads),
        scratch);
  }

  private void run(int t, int from, int to, int unitFrom, int unitTo, Scratch scratch) {
    var registers = scratch.registers(registerLength);
    int[] at = scratch.positions(sources.length);
    for (int b = from; b < to; b++) {
      for (int s = 0; s < sources.length; s++) {
        var location = locations[s];
        at[s] = (location == null ? offsets[s] : location.at(t, b)) + unitFrom * unitStrides[s];
      }
      for (int i = 0; i < instructions.length; i++) {
        run(i, Math.min(lengths[i], unitTo) - unitFrom, registers, at);
      }
    }
  }

  private void run(int i, int n, float[] registers, int[] at) {
    int y = result[i];
    int a = left[i];
    int b = right[i];
    var to = array(y, registers);
    var from = array(a, registers);
    switch (instructions[i]) {
      case Instruction.Apply apply ->
          kernels.apply(apply.function(), from, at[a], to, at[y], n);
      case Instruction.Combine combine -> kernels.combine(combine.operator(), from, at[a],
          leftScalar[i], array(b, registers), at[b], rightScalar[i], to, at[y], n);
      case Instruction.Sum _ -> to[at[y]] = kernels.sum(from, at[a], n);
      case Instruction.Copy _ -> {
        if (leftScalar[i]) {
          java.util.Arrays.fill(to, at[y], at[y] + n, from[at[a]]);
        } else {
          System.arraycopy(from, at[a], to, at[y], n);
        }
      }
    }
  }

  private float[] array(int slot, float[] registers) {
    return switch (sources[slot]) {
      case BUFFER -> requireNonNull(locations[slot]).array();
      case REGISTERS -> registers;
      case PARAMETERS -> parameters;
      case CONSTANTS -> constants;
    };
  }

  private static int number(Map<Slot, Integer> slots, Slot slot) {
    return slots.computeIfAbsent(slot, _ -> slots.size());
  }

  private static boolean isScalar(Slot operand, Slot result) {
    return !operand.size().equals(result.size());
  }
}
