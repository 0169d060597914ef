package dev.unroll.kernel.run;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.bytecode.Compiled;
import dev.unroll.kernel.bytecode.Emitted;
import dev.unroll.kernel.bytecode.Origin;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.warmup.Warmup;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs elementwise work as emitted code, or on a [Tape] in plain Java while that is faster.
/// Both give the same bits, so threads may switch at different times.
public final class Elementwise implements StageRunner {
  private final Memory memory;
  private final Dimensions sizes;
  private final Weights weights;
  private final float[] parameters;
  private final Compiled compiled;
  private final Tape tape;
  private @Nullable Bound bound;

  /// @param lanes the floats of a vector
  Elementwise(Stage.Rows rows, Origin origin, Memory memory, Dimensions sizes, Weights weights,
      float[] parameters, int lanes) {
    this.memory = memory;
    this.sizes = sizes;
    this.weights = weights;
    this.parameters = parameters;
    tape = new Tape(rows, memory, sizes, weights, parameters, Providers.scalar());
    compiled = Compiled.of(rows, origin, lanes, memory.isApart());
    if (!compiled.isWarm() && compiled.claim()) {
      Warmup.add(new StageRehearsal(rows, compiled));
    }
  }

  /// The runner of a stage on these kernels: code if they have vectors, else a tape.
  static StageRunner of(Stage.Rows rows, Origin origin, Memory memory, Dimensions sizes,
      Weights weights, float[] parameters, Kernels kernels) {
    return kernels.lanes() == 0
        ? new Tape(rows, memory, sizes, weights, parameters, kernels)
        : new Elementwise(rows, origin, memory, sizes, weights, parameters, kernels.lanes());
  }

  @Override
  public boolean isWarm() {
    return compiled.isWarm();
  }

  @Override
  public void run(int t, int from, int to, Scratch scratch) {
    var code = code();
    if (code == null) {
      tape.run(t, from, to, scratch);
    } else {
      code.run(t, from, to, 0, units(), scratch);
    }
  }

  @Override
  public long work() {
    return tape.work();
  }

  @Override
  public int units() {
    return tape.units();
  }

  @Override
  public int grain() {
    return tape.grain();
  }

  @Override
  public void runUnits(int t, int batch, int from, int to, Scratch scratch) {
    var code = code();
    if (code == null) {
      tape.runUnits(t, batch, from, to, scratch);
    } else {
      code.run(t, 0, batch, from, to, scratch);
    }
  }

  @Override
  public void runShare(int t, int batch, int thread, int threads, Scratch scratch) {
    run(t, WorkSplit.share(batch, thread, threads), WorkSplit.share(batch, thread + 1, threads),
        scratch);
  }

  @Override
  public String toString() {
    return tape.toString();
  }

  private @Nullable Bound code() {
    var code = bound;
    if (code == null && compiled.isWarm()) {
      code = new Bound(compiled.emitted(), memory, sizes, weights, parameters);
      bound = code;
    }
    return code;
  }

  /// Emitted code with the memory it works on.
  public static final class Bound {
    private final Emitted code;
    private final float[] parameters;

    /// A place in each array, null for the parameters.
    private final @Nullable Location[] arrays;

    private final @Nullable Location[] slots;
    private final int[] offsets;
    private final int[] strides;
    private final int[] lengths;
    private final int scratchLength;

    /// The slots that are written where others are read.
    private final int[] inPlace;

    public Bound(Emitted code, Memory memory, Dimensions sizes, Weights weights,
        float[] parameters) {
      this.code = code;
      this.parameters = parameters;
      int count = code.slots().size();
      slots = new @Nullable Location[count];
      arrays = new @Nullable Location[code.arrays()];
      offsets = new int[count + code.registers().size()];
      strides = new int[offsets.length];
      lengths = code.sizes().stream().mapToInt(sizes::of).toArray();
      for (int s = 0; s < count; s++) {
        switch (code.slots().get(s)) {
          case Slot.InBuffer(var place) -> {
            var location = memory.locate(place);
            slots[s] = location;
            arrays[code.array(s)] = location;
            strides[s] = location.stride();
          }
          case Slot.Parameter(var name, var _) -> offsets[s] = weights.block(name).offset();
          case Slot other -> throw new IllegalStateException(other + " does not lie in memory");
        }
      }
      inPlace = code.overwritten().entrySet().stream().filter(
          e -> requireNonNull(slots[e.getKey()]).coincides(requireNonNull(slots[e.getValue()])))
          .mapToInt(Map.Entry::getKey).toArray();
      int next = code.scratch();
      for (int r = 0; r < code.registers().size(); r++) {
        offsets[count + r] = next;
        next += lengths[code.registers().get(r)];
      }
      scratchLength = next;
    }

    public void run(int t, int from, int to, int unitFrom, int unitTo, Scratch scratch) {
      var memory = scratch.arrays(arrays.length);
      for (int a = 0; a < arrays.length; a++) {
        var location = arrays[a];
        memory[a] = location == null ? parameters : location.array();
      }
      int[] at = scratch.positions(offsets.length);
      for (int s = 0; s < offsets.length; s++) {
        var location = s < slots.length ? slots[s] : null;
        at[s] = location == null ? offsets[s] : location.at(t, from);
      }
      int rest = (unitTo - unitFrom) % code.lanes();
      boolean twice = rest != 0 && unitTo - unitFrom > code.lanes();
      int whole = twice ? unitTo - rest : unitTo;
      int kept = twice ? inPlace.length * (to - from) * code.lanes() : 0;
      float[] registers = scratch.registers(scratchLength + kept);
      if (twice) {
        // The last vector is moved back, so some of its units are computed twice, to the same bits;
        // operands that the first computation overwrites are restored for the second.
        int first = unitTo - code.lanes();
        keep(memory, at, to - from, first, whole - first, registers, true);
        code.run(memory, at, strides, to - from, lengths, first, unitTo, registers);
        keep(memory, at, to - from, first, whole - first, registers, false);
      }
      code.run(memory, at, strides, to - from, lengths, unitFrom, whole, registers);
    }

    /// Copies `n` units from `unit` on, of all slots written in place, to the end of the registers
    /// or back.
    private void keep(float[][] memory, int[] at, int rows, int unit, int n, float[] registers,
        boolean away) {
      int kept = scratchLength;
      for (int slot : inPlace) {
        float[] array = memory[code.array(slot)];
        int position = at[slot] + unit;
        for (int row = 0; row < rows; row++, kept += n, position += strides[slot]) {
          if (away) {
            System.arraycopy(array, position, registers, kept, n);
          } else {
            System.arraycopy(registers, kept, array, position, n);
          }
        }
      }
    }
  }
}
