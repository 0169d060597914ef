package dev.unroll.bench;

import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.LayerRun;
import java.util.Arrays;
import java.util.Locale;

/// What a training step costs whose gradients vanish: numbers below 2⁻¹²⁶ are subnormal, on which processors
/// are up to a hundred times slower. The same step with gradients of about one, with a gradient
/// at the last step alone, which fades on the way back, and with gradients of about 10⁻³⁰ to 10⁻³⁸ at all steps, in
/// turns. The recurrent weights are a tenth of their first values, so that gradients fade fast.
final class VanishingCost {
  private static final float[] TINY = {1e-28f, 1e-30f, 1e-32f, 1e-36f, 1e-38f};

  private final TimedLayer timed;
  private final float[] healthy;

  private VanishingCost(String cell) {
    timed = new TimedLayer(cell);
    healthy = timed.dy.array().clone();
    var values = timed.parameters.values();
    for (var block : timed.parameters.blocks()) {
      for (int i = block.offset(); i < block.offset() + block.length(); i++) {
        values[i] *= 0.1f;
      }
    }
  }

  /// Measures cells and prints a line for each.
  ///
  /// @param arguments the rounds, 20 if none is given; then cells, else lstm, gru and rnn
  public static void main(String... arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    String[] cells = arguments.length > 1 ? Arrays.copyOfRange(arguments, 1, arguments.length)
        : new String[] {"lstm", "gru", "rnn"};
    System.setProperty("unroll.warmup", "eager");
    for (var cell : cells) {
      new VanishingCost(cell).measure(cell, rounds);
    }
  }

  private void measure(String cell, int rounds) {
    try (var engine = Engine.of(1)) {
      var run = timed.layer.run(engine, Bounds.of(TimedLayer.T, TimedLayer.B, true));
      run.load();
      var times = new double[2 + TINY.length][rounds];
      var zeros = new double[2 + TINY.length];
      for (int round = -5; round < rounds; round++) {
        for (int kind = 0; kind < times.length; kind++) {
          fill(kind);
          double time = TimedLayer.time(() -> timed.step(run));
          if (round >= 0) {
            times[kind][round] = time;
          } else {
            zeros[kind] = zeros(run);
          }
        }
      }
      print(cell, engine, times, zeros);
    }
  }

  /// The gradients of the outputs: of about one, of the last step alone, or tiny.
  private void fill(int kind) {
    var dy = timed.dy.array();
    int last = dy.length - TimedLayer.B * TimedLayer.H;
    for (int i = 0; i < dy.length; i++) {
      dy[i] = kind == 0 ? healthy[i]
          : kind == 1 ? i < last ? 0 : healthy[i] : healthy[i] * TINY[kind - 2];
    }
  }

  /// How many of the gradients of x are zero.
  private double zeros(LayerRun run) {
    var dx = timed.step(run);
    int count = 0;
    for (int i = 0; i < TimedLayer.T * TimedLayer.B * TimedLayer.H; i++) {
      count += dx.array()[dx.offset() + i] == 0 ? 1 : 0;
    }
    return (double) count / (TimedLayer.T * TimedLayer.B * TimedLayer.H);
  }

  private static void print(String cell, Engine engine, double[][] times, double[] zeros) {
    double healthy = TimedLayer.median(times[0]);
    var line = new StringBuilder(
        String.format(Locale.ROOT, "%-6s %s: %.1f ms; last step alone %.3f× (%.0f %% of dx zero)",
            cell, engine, healthy, TimedLayer.median(times[1]) / healthy, 100 * zeros[1]));
    for (int i = 0; i < TINY.length; i++) {
      line.append(String.format(Locale.ROOT, "; %.0e %.3f× (%.0f %%)", TINY[i],
          TimedLayer.median(times[i + 2]) / healthy, 100 * zeros[i + 2]));
    }
    System.out.println(line);
  }
}
