package dev.unroll.app;

import dev.unroll.kernel.Engine;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.Recurrent;
import dev.unroll.layer.Stack;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;

/// A workload bound to memory: layers, an input and the gradient of the output.
final class WorkloadRun {
  private static final double DROP = 0.25;
  private static final long SEED = 1;

  private final Workload workload;
  private final Parameters parameters = new Parameters();
  private final LayerRun run;
  private final Rows x;
  private final Rows dy;
  private long calls;

  /// @throws IllegalArgumentException if the sizes are too large
  WorkloadRun(Workload workload, Engine engine) {
    this.workload = workload;
    var shape = workload.shape();
    Footprint.require(workload);
    var random = CounterRandom.of(SEED);
    var layers = new ArrayList<Recurrent>();
    for (int k = 0; k < shape.layers(); k++) {
      layers.add(new Recurrent("layer" + k, workload.cell(), workload.sizes(k), parameters,
          workload.masks() ? DROP : 0, random));
    }
    parameters.freeze();
    layers.forEach(Recurrent::initialize);
    var stack = new Stack(layers);
    run = stack.run(engine, shape.time(), shape.batch(), workload.trains());
    run.load();
    x = Rows.allocate(shape.time() * shape.batch(), stack.inputSize());
    random.stream("x").uniforms(0, x.array(), 0, x.array().length);
    for (int i = 0; i < x.array().length; i++) {
      x.array()[i] = 2 * x.array()[i] - 1;
    }
    dy = Rows.allocate(workload.trains() ? shape.time() * shape.batch() : 0, stack.outputSize());
    Arrays.fill(dy.array(), 1f);
  }

  /// Does it once.
  void call() {
    if (workload.trains()) {
      Arrays.fill(parameters.gradients(), 0f);
      run.load();
    }
    int steps = workload.shape().time();
    run.forward(x, steps, calls++);
    switch (workload.mode()) {
      case TRAIN -> run.backward(dy, steps);
      case STEP -> run.carry(1);
      case INFER -> {}
    }
  }

  /// The bytes of memory that the layers planned.
  long bytes() {
    return run.bytes();
  }
}
