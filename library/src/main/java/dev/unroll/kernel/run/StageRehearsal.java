package dev.unroll.kernel.run;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.bytecode.Compiled;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Slot;
import dev.unroll.kernel.plan.Stage;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.warmup.Rehearsal;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An elementwise stage on synthetic data: whole vectors, rows with a remainder, and rows shorter
/// than a vector, so that no path through the code is new to the compiler when real data comes.
final class StageRehearsal implements Rehearsal {
  private static final int BATCH = 4;
  private static final int[] LENGTHS = {64, 43, 5};

  private final Stage.Rows rows;
  private final Compiled compiled;
  private final Scratch scratch = new Scratch(0);
  private final List<Tape> tapes = new ArrayList<>();
  private final List<Elementwise.Bound> emitted = new ArrayList<>();
  private int turn;

  StageRehearsal(Stage.Rows rows, Compiled compiled) {
    this.rows = rows;
    this.compiled = compiled;
  }

  @Override
  public void plain() {
    prepare();
    tapes.getFirst().run(0, 0, BATCH, scratch);
  }

  @Override
  public void vector() {
    prepare();
    // Mostly whole vectors: the time of these is what is compared.
    turn = (turn + 1) % 16;
    int which = turn < emitted.size() ? turn : 0;
    emitted.get(which).run(0, 0, BATCH, 0, LENGTHS[which], scratch);
  }

  @Override
  public int gain() {
    return 4;
  }

  @Override
  public void ready() {
    compiled.emitted();
    compiled.warm();
  }

  @Override
  public void givenUp() {
    compiled.release();
  }

  private void prepare() {
    if (!emitted.isEmpty()) {
      return;
    }
    var buffers = slots().stream().filter(Slot.InBuffer.class::isInstance)
        .map(slot -> ((Slot.InBuffer) slot).place().buffer()).distinct().toList();
    for (int n : LENGTHS) {
      bind(buffers, n);
    }
  }

  private void bind(List<Buffer> buffers, int n) {
    var elements = new LinkedHashMap<String, Integer>();
    slots().forEach(slot -> {
      elements.put(slot.size().name(), n);
      if (slot instanceof Slot.Count(var of)) {
        elements.put(of.name(), n);
      }
    });
    buffers.forEach(b -> b.columns().forEach(size -> elements.put(size.name(), n)));
    var sizes = new Dimensions(elements);
    var blocks = new LinkedHashMap<String, Parameters.Block>();
    slots().forEach(slot -> {
      if (slot instanceof Slot.Parameter(var name, var size)) {
        int offset = blocks.size() * n;
        blocks.putIfAbsent(name,
            new Parameters.Block(name, offset, sizes.of(size), 1, Precision.FLOAT32));
      }
    });
    var memory = new Memory(buffers, Map.of(), sizes, 1, BATCH, Integer.MAX_VALUE);
    buffers.stream().filter(b -> b.span() == Buffer.Span.GIVEN)
        .forEach(b -> memory.attach(b, Rows.allocate(BATCH, memory.width(b))));
    var parameters = new float[blocks.size() * n];
    fill(parameters);
    buffers.forEach(buffer -> fill(memory.array(memory.number(buffer))));
    var weights = new Weights(blocks, Map.of(), null);
    tapes.add(new Tape(rows, memory, sizes, weights, parameters, Providers.scalar()));
    emitted.add(
        new Elementwise.Bound(compiled.emitted(), memory, sizes, weights, parameters));
  }

  /// Numbers between −1 and 1.
  private static void fill(float[] array) {
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) Math.sin(i + 1.0);
    }
  }

  private Set<Slot> slots() {
    var slots = new LinkedHashSet<Slot>();
    for (var instruction : rows.instructions()) {
      slots.addAll(instruction.operands());
      slots.add(instruction.result());
    }
    return slots;
  }
}
