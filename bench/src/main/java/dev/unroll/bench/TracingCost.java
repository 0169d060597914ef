package dev.unroll.bench;

import dev.unroll.cell.Cells;
import dev.unroll.inspect.StepNorms;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.Probes;
import dev.unroll.layer.Recurrent;
import dev.unroll.layer.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/// What it costs to look: a training step of one layer, forward and backward, as it is and with every
/// quantity, its gradient, and the norms of all gradients at every step kept, in turns. The time is that of
/// the one thread that computes, so that other work on the machine counts less. Both give the same bits,
/// which is checked.
final class TracingCost {
  private static final int T = 128;
  private static final int B = 32;
  private static final int H = 256;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final Parameters parameters = new Parameters();
  private final Recurrent layer;
  private final Rows x = Rows.allocate(T * B, H);
  private final Rows dy = Rows.allocate(T * B, H);
  private double sum;

  private TracingCost(String cell) {
    layer = new Recurrent(
        "layer", Cells.find(cell), Dimensions.of(H, H), parameters, 0, CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    CounterRandom.of(2).uniforms(0, x.array(), 0, x.array().length);
    CounterRandom.of(3).uniforms(0, dy.array(), 0, dy.array().length);
  }

  /// Measures cells and prints a line for each.
  ///
  /// @param arguments the rounds, 30 if none is given; then cells, else lstm, gru and rnn
  public static void main(String... arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
    String[] cells = arguments.length > 1 ? Arrays.copyOfRange(arguments, 1, arguments.length)
        : new String[] {"lstm", "gru", "rnn"};
    System.setProperty("unroll.warmup", "eager");
    for (var cell : cells) {
      new TracingCost(cell).measure(cell, rounds);
    }
  }

  private void measure(String cell, int rounds) {
    try (var engine = Engine.of(1)) {
      var bounds = Bounds.of(T, B, true);
      var probes = new Probes();
      var plain = layer.run(engine, bounds);
      var traced = layer.run(engine, bounds.probed(probes));
      plain.load();
      traced.load();
      for (int i = 0; i < 5; i++) {
        step(plain);
        step(traced);
        norms(probes);
      }
      requireSameBits(plain, traced);
      var without = new double[rounds];
      var with = new double[rounds];
      var alone = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        without[i] = time(() -> step(plain));
        with[i] = time(() -> step(traced));
        alone[i] = time(() -> norms(probes));
      }
      double a = median(without);
      double b = median(with);
      double c = median(alone);
      System.out.printf(Locale.ROOT,
          "%-6s %s: %.1f ms a step without, %.1f ms traced + %.1f ms norms: %.3f×;"
              + " memory %.0f MB without, %.0f MB traced%n",
          cell, engine, a, b, c, (b + c) / a, plain.bytes() / 1e6, traced.bytes() / 1e6);
      if (Double.isNaN(sum)) {
        throw new IllegalStateException("the norms are no numbers");
      }
    }
  }

  private void step(LayerRun run) {
    run.begin();
    run.forward(x, Span.of(T));
    run.backward(dy, Span.of(T));
  }

  private void norms(Probes probes) {
    for (var probe : probes.all()) {
      for (var quantity : probe.quantities()) {
        sum += StepNorms.ofSteps(probe.gradient(quantity), T, B)[0];
      }
    }
  }

  private void requireSameBits(LayerRun plain, LayerRun traced) {
    var expected = gradients(plain);
    if (!Arrays.equals(expected, gradients(traced))) {
      throw new IllegalStateException("the traced layer gives other gradients");
    }
  }

  private float[] gradients(LayerRun run) {
    Arrays.fill(parameters.gradients(), 0f);
    step(run);
    return parameters.gradients().clone();
  }

  private static double time(Runnable work) {
    long before = CLOCK.getCurrentThreadCpuTime();
    work.run();
    return (CLOCK.getCurrentThreadCpuTime() - before) / 1e6;
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
