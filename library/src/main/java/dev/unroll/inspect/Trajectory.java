package dev.unroll.inspect;

import dev.unroll.Engine;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.layer.Layer;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.Rows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/// The states of a recurrent layer before each step of a pass: the points at which its steps are
/// differentiated. Steps are in the order in which the layer runs, so reversed in time for a
/// backward direction.
///
/// @param steps T
/// @param batch B
/// @param before for each state its values before each step, `[T, B, size]`
/// @param input x, `[T, B, F]`
public record Trajectory(
    int steps, int batch, SequencedMap<String, Rows> before, Rows input) {

  /// Copies its map, not the rows.
  ///
  /// @throws IllegalArgumentException if there is no step, or an array is too short
  public Trajectory {
    if (steps < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "%d steps of %d samples, expected at least 1 of each".formatted(steps, batch));
    }
    before = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(before));
    check("x", input, (long) steps * batch);
    for (var state : before.entrySet()) {
      check(state.getKey(), state.getValue(), (long) steps * batch);
    }
  }

  private static void check(String name, Rows rows, long n) {
    if (rows.offset() + n * rows.columns() > rows.array().length) {
      throw new IllegalArgumentException(
          "%s has %d numbers from %d on, expected %d rows of %d".formatted(name,
              rows.array().length - rows.offset(), rows.offset(), n, rows.columns()));
    }
  }

  /// Runs a layer over an input, from states of zero and without dropout.
  ///
  /// @param layer a recurrent one, of [Microscope#trajectories]
  /// @param input `[T, B, F]`; it is shared
  /// @throws IllegalArgumentException if the layer is not recurrent
  public static Trajectory of(Engine engine, Layer layer, Rows input, int steps, int batch) {
    var recurrent = Recurrent.of(layer);
    var run = recurrent.examined(engine, Plan.inference(recurrent.cell()), steps, batch);
    run.forward(input, steps);
    var before = new LinkedHashMap<String, Rows>();
    for (var state : recurrent.cell().states()) {
      before.put(state, run.state(state, 0));
    }
    return new Trajectory(steps, batch, before, input);
  }

  /// The trajectory of a probe's last pass; copies its rows.
  static Trajectory of(Probe probe) {
    int rows = probe.steps() * probe.batch();
    var before = new LinkedHashMap<String, Rows>();
    for (var state : probe.states()) {
      before.put(state, first(probe.before(state), rows));
    }
    return new Trajectory(probe.steps(), probe.batch(), before, first(probe.input(), rows));
  }

  private static Rows first(Rows rows, int n) {
    var copy = Rows.allocate(n, rows.columns());
    System.arraycopy(rows.array(), rows.offset(), copy.array(), 0, n * rows.columns());
    return copy;
  }

  /// The steps `[from, from + n)`; shares the rows.
  public Trajectory part(int from, int n) {
    if (from < 0 || n < 1 || from + n > steps) {
      throw new IllegalArgumentException(
          "steps %d to %d, expected some of 0 to %d".formatted(from, from + n - 1, steps - 1));
    }
    return new Trajectory(n, batch, changed(rows -> from(rows, from)), from(input, from));
  }

  /// The first `n` steps of sample `b` alone; copies the rows.
  ///
  /// @param n the sample's length, or less
  public Trajectory sample(int b, int n) {
    if (b < 0 || b >= batch || n < 1 || n > steps) {
      throw new IllegalArgumentException(
          "%d steps of sample %d, expected 1 to %d of 0 to %d".formatted(n, b, steps, batch - 1));
    }
    return new Trajectory(n, 1, changed(rows -> copied(rows, b, n)), copied(input, b, n));
  }

  /// The steps with these indices, in this order; copies the rows.
  public Trajectory chosen(int[] numbers) {
    return new Trajectory(numbers.length, batch, changed(rows -> chosen(rows, numbers)),
        chosen(input, numbers));
  }

  private Rows chosen(Rows rows, int[] numbers) {
    int n = batch * rows.columns();
    var copy = Rows.allocate(numbers.length * batch, rows.columns());
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(rows.array(), rows.offset() + numbers[i] * n, copy.array(), i * n, n);
    }
    return copy;
  }

  private Rows from(Rows rows, int step) {
    return new Rows(rows.array(), rows.offset() + step * batch * rows.columns(), rows.columns());
  }

  private Rows copied(Rows rows, int b, int n) {
    var copy = Rows.allocate(n, rows.columns());
    for (int t = 0; t < n; t++) {
      System.arraycopy(rows.array(), rows.offset() + (t * batch + b) * rows.columns(),
          copy.array(), t * rows.columns(), rows.columns());
    }
    return copy;
  }

  private SequencedMap<String, Rows> changed(UnaryOperator<Rows> change) {
    var changed = new LinkedHashMap<String, Rows>();
    for (Map.Entry<String, Rows> state : before.entrySet()) {
      changed.put(state.getKey(), change.apply(state.getValue()));
    }
    return changed;
  }
}
