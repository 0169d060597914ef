package dev.unroll.app.bench;

import dev.unroll.Engine;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.List;

/// A workload bound to memory.
interface WorkloadRun {
  /// The probability with which masks drop an element.
  double DROP = 0.25;

  /// Random numbers that are the same in each run.
  CounterRandom RANDOM = CounterRandom.of(1);

  /// Makes the layers, with initial values, and an input.
  ///
  /// @throws IllegalArgumentException if the sizes are too large
  static WorkloadRun of(Workload workload, Engine engine) {
    WorkloadFootprint.require(workload);
    var drawn = new Parameters();
    var layers = layers(workload, drawn);
    layers.forEach(Recurrent::initialize);
    var parameters = drawn;
    if (workload.weights() != Precision.FLOAT32) {
      parameters = new Parameters(workload.weights());
      layers = layers(workload, parameters);
      for (var block : parameters.blocks()) {
        parameters.set(block, drawn.get(block.name()));
      }
    }
    var stack = new Stack(layers);
    return workload.mode() == Workload.Mode.STEP
        ? new StepRun(workload, stack, engine)
        : new SequenceRun(workload, stack, parameters, engine);
  }

  private static List<Recurrent> layers(Workload workload, Parameters parameters) {
    var layers = new ArrayList<Recurrent>();
    for (int k = 0; k < workload.shape().layers(); k++) {
      layers.add(new Recurrent("layer" + k, workload.cell(), workload.sizes(k), parameters,
          workload.masks() ? DROP : 0, RANDOM));
    }
    parameters.freeze();
    return layers;
  }

  /// Does the work once.
  void call();

  /// The bytes of memory that the layers planned.
  long bytes();

  /// An input from −1 to 1.
  static Rows input(int rows, int columns) {
    var x = Rows.allocate(rows, columns);
    RANDOM.stream("x").uniforms(0, x.array(), 0, x.array().length);
    for (int i = 0; i < x.array().length; i++) {
      x.array()[i] = 2 * x.array()[i] - 1;
    }
    return x;
  }
}
