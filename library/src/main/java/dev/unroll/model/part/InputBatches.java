package dev.unroll.model.part;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.Structure;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Cancellation;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A model bound for prediction, without targets; its memory grows with longer or more sequences.
public final class InputBatches {
  /// The number of inputs that are read side by side, so that the matrix products are large.
  private static final int SIDE_BY_SIDE = 64;

  /// The number of steps of all of them together, unless one alone has more: a long sequence among
  /// short ones does not take the memory of 64 long ones.
  private static final int ROWS = 1 << 14;

  /// An empty target: no output counts.
  private static final Values NO_TARGET = Values.Symbols.of(-1);

  private final Structure model;
  private final Units units;
  private final Engine engine;
  private final OneCaller caller;
  private @Nullable Bound alone;
  private @Nullable Bound many;

  /// The model bound to sizes.
  private record Bound(ModelRun run, int time, int batch) {
    boolean has(int steps, int inputs) {
      return steps <= time && inputs <= batch;
    }
  }

  /// Converts the outputs of one input.
  public interface Reading<T> {
    /// Reads the rows of one input.
    ///
    /// @param units of the outputs
    /// @param outputs of a batch
    /// @param run that predicted them
    /// @param batch B
    /// @param b the column of the input
    T of(Units units, Rows outputs, ModelRun run, int batch, int b, int steps);
  }

  public InputBatches(Structure model, Engine engine, String name) {
    this.model = model;
    units = Units.of(model);
    this.engine = engine;
    caller = new OneCaller(name, "make one for each thread, they are cheap");
  }

  /// Takes over changed parameters.
  public void load() {
    caller.enter();
    try {
      for (var bound : new Bound[] {alone, many}) {
        if (bound != null) {
          bound.run.load();
        }
      }
    } finally {
      caller.leave();
    }
  }

  /// The bytes of memory planned now.
  public long bytes() {
    return (alone == null ? 0 : alone.run.bytes()) + (many == null ? 0 : many.run.bytes());
  }

  /// The results for the inputs, in their order.
  ///
  /// @throws java.util.concurrent.CancellationException if the thread is interrupted
  public <T> List<T> read(List<? extends Values> inputs, Reading<T> reading) {
    DataException.refuseNullIn(inputs, "input");
    caller.enter();
    try {
      var order = IntStream.range(0, inputs.size()).boxed()
          .sorted(Comparator.comparingInt(i -> inputs.get(i).length())).toList();
      var results = new ArrayList<@Nullable T>(inputs.size());
      inputs.forEach(_ -> results.add(null));
      for (int from = 0; from < order.size();) {
        Cancellation.check();
        int to = from + 1;
        while (to < order.size() && to - from < SIDE_BY_SIDE
            && (to + 1 - from) * (long) inputs.get(order.get(to)).length() <= ROWS) {
          to++;
        }
        read(inputs, order.subList(from, to), reading, results);
        from = to;
      }
      @SuppressWarnings("NullAway") // each has been set
      List<T> all = results;
      return all;
    } finally {
      caller.leave();
    }
  }

  private <T> void read(List<? extends Values> inputs, List<Integer> chosen, Reading<T> reading,
      List<@Nullable T> results) {
    var examples = new ArrayList<Example>();
    for (int i : chosen) {
      examples.add(new Example(units.input(inputs.get(i)), NO_TARGET));
    }
    int steps = examples.getLast().input().length();
    var bound = bound(Math.max(1, steps), chosen.size());
    var outputs = bound.run.predict(Batch.of(examples, bound.batch));
    for (int b = 0; b < chosen.size(); b++) {
      results.set(chosen.get(b),
          reading.of(units, outputs, bound.run, bound.batch, b, examples.get(b).input().length()));
    }
  }

  /// One input is read alone; more of them are read with memory for [#SIDE_BY_SIDE].
  private Bound bound(int steps, int inputs) {
    var last = inputs == 1 ? alone : many;
    if (last != null && last.has(steps, inputs)) {
      return last;
    }
    int time = last == null ? steps : Math.max(last.time, steps);
    if (inputs == 1) {
      alone = null; // so that both need not lie in memory at once
      alone = bind(time, 1);
      return alone;
    }
    many = null;
    many = (long) time * SIDE_BY_SIDE <= ROWS ? bind(time, SIDE_BY_SIDE) : bind(steps, inputs);
    return many;
  }

  private Bound bind(int time, int batch) {
    return new Bound(
        model.run(engine, new ModelBounds(time, time, batch, false)), time, batch);
  }
}
