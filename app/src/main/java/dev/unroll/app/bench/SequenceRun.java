package dev.unroll.app.bench;

import dev.unroll.Engine;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// Runs whole sequences: forward, and in training backward.
final class SequenceRun implements WorkloadRun {
  private final boolean trains;
  private final int time;
  private final Parameters parameters;
  private final LayerRun run;
  private final Rows x;
  private final Rows dy;
  private long calls;

  SequenceRun(Workload workload, RunnableLayer layer, Parameters parameters, Engine engine) {
    this.parameters = parameters;
    trains = workload.trains();
    time = workload.shape().time();
    int batch = workload.shape().batch();
    run = layer.run(engine, Bounds.of(time, batch, trains));
    run.load();
    x = WorkloadRun.input(time * batch, layer.inputSize());
    dy = Rows.allocate(trains ? time * batch : 0, layer.outputSize());
    Arrays.fill(dy.array(), 1f);
  }

  @Override
  public void call() {
    if (trains) {
      Arrays.fill(parameters.gradients(), 0f);
      run.load();
    }
    var span = Span.of(time, calls++);
    run.forward(x, span);
    if (trains) {
      run.backward(dy, span);
    }
  }

  @Override
  public long bytes() {
    return run.bytes();
  }
}
