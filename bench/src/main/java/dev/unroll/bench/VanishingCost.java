package dev.unroll.bench;

import dev.unroll.Engine;
import dev.unroll.layer.run.Bounds;
import dev.unroll.tensor.Rows;
import java.util.Locale;

/// What a training step costs whose gradients vanish: numbers below 2⁻¹²⁶ are subnormal, on which
/// processors are up to a hundred times slower. The same step with gradients of the outputs of
/// about one, with one of the last step alone, which fades on the backward pass, and with some of
/// about 10⁻²⁸ to 10⁻³⁸ at all steps, in turns. All parameters are a tenth of their initial values,
/// so that gradients fade fast.
final class VanishingCost {
  private static final float[] TINY = {1e-28f, 1e-30f, 1e-32f, 1e-36f, 1e-38f};

  /// Which gradients arrive: about one, those of the last step alone, and from [#FIRST_TINY] on
  /// tiny ones.
  private static final int HEALTHY = 0;
  private static final int LAST_STEP = 1;
  private static final int FIRST_TINY = 2;
  private static final int KINDS = FIRST_TINY + TINY.length;

  private final TimedLayer timed;
  private final float[] healthy;

  private VanishingCost(String cell) {
    timed = new TimedLayer(cell);
    healthy = timed.dy.array().clone();
    var values = timed.parameters.values();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.1f;
    }
  }

  /// Measures cells and prints a line for each.
  ///
  /// @param words the rounds, 20 if none is given; then cells, else lstm, gru and rnn
  public static void main(String... words) {
    CellTimings.run(words, 20, (cell, rounds) -> new VanishingCost(cell).measure(cell, rounds));
  }

  private void measure(String cell, int rounds) {
    try (var engine = Engine.of(1)) {
      var run = timed.layer.run(engine, Bounds.of(TimedLayer.T, TimedLayer.B, true));
      run.load();
      var times = new double[KINDS][rounds];
      var zeros = new double[KINDS];
      for (int round = 0; round < 5; round++) {
        for (int kind = 0; kind < KINDS; kind++) {
          fill(kind);
          zeros[kind] = zeros(timed.step(run));
        }
      }
      for (int round = 0; round < rounds; round++) {
        for (int kind = 0; kind < KINDS; kind++) {
          fill(kind);
          times[kind][round] = TimedLayer.time(() -> timed.step(run));
        }
      }
      print(cell, engine, times, zeros);
    }
  }

  /// Fills in the gradients of the outputs.
  private void fill(int kind) {
    var dy = timed.dy.array();
    int last = dy.length - TimedLayer.B * TimedLayer.H;
    for (int i = 0; i < dy.length; i++) {
      dy[i] = switch (kind) {
        case HEALTHY -> healthy[i];
        case LAST_STEP -> i < last ? 0 : healthy[i];
        default -> healthy[i] * TINY[kind - FIRST_TINY];
      };
    }
  }

  /// The share of the gradients of x that are zero.
  private static double zeros(Rows dx) {
    int n = TimedLayer.T * TimedLayer.B * TimedLayer.H;
    int count = 0;
    for (int i = 0; i < n; i++) {
      count += dx.array()[dx.offset() + i] == 0 ? 1 : 0;
    }
    return (double) count / n;
  }

  private static void print(String cell, Engine engine, double[][] times, double[] zeros) {
    double healthy = TimedLayer.median(times[HEALTHY]);
    var line = new StringBuilder(
        String.format(Locale.ROOT, "%-6s %s: %.1f ms; last step alone %.3f× (%.0f %% of dx zero)",
            cell, engine, healthy, TimedLayer.median(times[LAST_STEP]) / healthy,
            100 * zeros[LAST_STEP]));
    for (int i = 0; i < TINY.length; i++) {
      line.append(String.format(Locale.ROOT, "; %.0e %.3f× (%.0f %%)", TINY[i],
          TimedLayer.median(times[FIRST_TINY + i]) / healthy, 100 * zeros[FIRST_TINY + i]));
    }
    System.out.println(line);
  }
}
