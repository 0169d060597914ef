package dev.unroll.model;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Nulls;
import dev.unroll.data.Values;
import dev.unroll.tensor.OneCaller;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A model bound for inputs without targets: it grows when a longer sequence or more of them come.
final class InputBatches {
  /// Inputs that are read side by side: as many as keep a matrix product busy.
  private static final int SIDE_BY_SIDE = 64;

  /// Nothing is asked of an output.
  private static final Values NO_TARGET = Values.Symbols.of(-1);

  private final Structure model;
  private final Units units;
  private final Engine engine;
  private final OneCaller caller;
  private @Nullable ModelRun run;
  private int time;
  private int batch;

  /// What is made of the outputs of one input.
  interface Reading<T> {
    /// Reads the rows of one input.
    ///
    /// @param units of the outputs
    /// @param outputs of a batch
    /// @param batch B
    /// @param b the column of the input
    T of(Units units, Rows outputs, int batch, int b, int steps);
  }

  InputBatches(Structure model, Engine engine, String name) {
    this.model = model;
    units = Units.of(model);
    this.engine = engine;
    caller = new OneCaller(name, "make one for each thread, they are cheap");
  }

  /// Takes over changed parameters.
  void load() {
    caller.enter();
    try {
      if (run != null) {
        run.load();
      }
    } finally {
      caller.leave();
    }
  }

  /// What is read of each input, in the order of the inputs.
  <T> List<T> read(List<? extends Values> inputs, Reading<T> reading) {
    Nulls.refuseIn(inputs, "input");
    caller.enter();
    try {
      var order = IntStream.range(0, inputs.size()).boxed()
          .sorted(Comparator.comparingInt(i -> inputs.get(i).length())).toList();
      var results = new ArrayList<@Nullable T>(inputs.size());
      inputs.forEach(_ -> results.add(null));
      for (int from = 0; from < order.size(); from += SIDE_BY_SIDE) {
        read(inputs, order.subList(from, Math.min(from + SIDE_BY_SIDE, order.size())), reading,
            results);
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
    var outputs = bound.predict(Batch.of(examples, batch));
    for (int b = 0; b < chosen.size(); b++) {
      results.set(chosen.get(b),
          reading.of(units, outputs, batch, b, examples.get(b).input().length()));
    }
  }

  /// One input is read alone, more of them with room for as many as are read side by side.
  private ModelRun bound(int steps, int inputs) {
    var bound = run;
    if (bound == null || steps > time || inputs > batch) {
      time = Math.max(time, steps);
      batch = inputs == 1 && batch <= 1 ? 1 : SIDE_BY_SIDE;
      run = null; // so that both need not lie in memory at once
      bound = model.run(engine, new ModelBounds(time, time, batch, false));
      run = bound;
    }
    return bound;
  }
}
