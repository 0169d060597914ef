package dev.unroll.inspect;

import dev.unroll.data.Example;
import dev.unroll.inspect.step.StepNorms;
import dev.unroll.layer.probe.Probe;
import dev.unroll.tensor.Rows;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

/// Copies the values and gradients of a layer, in the order of time of the sequence.
final class LayerCopy {
  private LayerCopy() {}

  /// @param quantities the quantities to copy; empty for all
  /// @param writes whether the layer generates the target
  /// @param examples that it read or generated
  static Look.Layer of(Probe probe, Collection<String> quantities, boolean writes,
      List<Example> examples) {
    int steps = probe.steps();
    int batch = probe.batch();
    var values = new LinkedHashMap<String, Rows>();
    var gradients = new LinkedHashMap<String, double[]>();
    for (var quantity : probe.quantities()) {
      if (quantities.isEmpty() || quantities.contains(quantity)) {
        values.put(quantity, copy(probe, probe.value(quantity)));
        gradients.put(quantity,
            turned(probe, StepNorms.ofSteps(probe.gradient(quantity), steps, batch)));
      }
    }
    var arriving = new LinkedHashMap<String, double[]>();
    for (var state : probe.states()) {
      arriving.put(state,
          turned(probe, StepNorms.ofSteps(probe.arriving(state), steps, batch)));
    }
    var contributions = new LinkedHashMap<String, double[]>();
    for (var matrix : probe.matrices()) {
      contributions.put(matrix, turned(probe, probe.contributions(matrix)));
    }
    return new Look.Layer(probe.layer(), probe.cell(), probe.reversed(), writes, steps,
        lengths(steps, writes, examples), values, gradients, arriving,
        turned(probe, StepNorms.ofSteps(probe.inputGradient(), steps, batch)), contributions);
  }

  /// Generated sequences have one step more than the targets if an end symbol is generated too.
  private static List<Integer> lengths(int steps, boolean writes, List<Example> examples) {
    var lengths = examples.stream()
        .map(example -> (writes ? example.target() : example.input()).length()).toList();
    int more = steps - Collections.max(lengths);
    return lengths.stream().map(length -> length + more).toList();
  }

  private static Rows copy(Probe probe, Rows rows) {
    int steps = probe.steps();
    int n = probe.batch() * rows.columns();
    var copy = Rows.allocate(steps * probe.batch(), rows.columns());
    for (int t = 0; t < steps; t++) {
      int from = probe.reversed() ? steps - 1 - t : t;
      System.arraycopy(rows.array(), rows.offset() + from * n, copy.array(), t * n, n);
    }
    return copy;
  }

  private static double[] turned(Probe probe, double[] steps) {
    if (!probe.reversed()) {
      return steps;
    }
    var turned = new double[steps.length];
    for (int t = 0; t < steps.length; t++) {
      turned[t] = steps[steps.length - 1 - t];
    }
    return turned;
  }
}
