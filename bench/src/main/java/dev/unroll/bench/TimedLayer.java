package dev.unroll.bench;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/// One recurrent layer of a published cell with made-up input, whose training steps are timed:
/// forward and backward. The time is that of the one thread that computes, so that other work on
/// the machine counts less.
final class TimedLayer {
  static final int T = 128;
  static final int B = 32;
  static final int H = 256;

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  final Parameters parameters = new Parameters();
  final Recurrent layer;
  final Rows dy = Rows.allocate(T * B, H);
  private final Rows x = Rows.allocate(T * B, H);

  TimedLayer(String cell) {
    layer = new Recurrent(
        "layer", Cells.find(cell), Dimensions.of(H, H), parameters, 0, CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    CounterRandom.of(2).uniforms(0, x.array(), 0, x.array().length);
    CounterRandom.of(3).uniforms(0, dy.array(), 0, dy.array().length);
  }

  /// One training step.
  ///
  /// @return the gradient of x
  Rows step(LayerRun run) {
    run.begin();
    run.forward(x, Span.of(T));
    return run.backward(dy, Span.of(T));
  }

  /// Milliseconds of this thread.
  static double time(Runnable work) {
    long before = CLOCK.getCurrentThreadCpuTime();
    work.run();
    return (CLOCK.getCurrentThreadCpuTime() - before) / 1e6;
  }

  static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
