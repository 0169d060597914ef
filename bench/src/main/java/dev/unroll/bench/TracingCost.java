package dev.unroll.bench;

import dev.unroll.Engine;
import dev.unroll.inspect.step.StepNorms;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.probe.Probes;
import java.util.Arrays;
import java.util.Locale;

/// What it costs to look: a training step of one layer, forward and backward, as it is and with
/// every quantity, its gradient, and the norms of all gradients at every step kept, in turns. Both
/// give the same bits, which is checked.
final class TracingCost {
  private final TimedLayer timed;
  private double sum;

  private TracingCost(String cell) {
    timed = new TimedLayer(cell);
  }

  /// Measures cells and prints a line for each.
  ///
  /// @param words the rounds, 30 if none is given; then cells, else lstm, gru and rnn
  public static void main(String... words) {
    CellTimings.run(words, 30, (cell, rounds) -> new TracingCost(cell).measure(cell, rounds));
  }

  private void measure(String cell, int rounds) {
    try (var engine = Engine.of(1)) {
      var bounds = Bounds.of(TimedLayer.T, TimedLayer.B, true);
      var probes = new Probes();
      var plain = timed.layer.run(engine, bounds);
      var traced = timed.layer.run(engine, bounds.probed(probes));
      plain.load();
      traced.load();
      for (int i = 0; i < 5; i++) {
        timed.step(plain);
        timed.step(traced);
        norms(probes);
      }
      requireSameBits(plain, traced);
      var without = new double[rounds];
      var with = new double[rounds];
      var alone = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        without[i] = TimedLayer.time(() -> timed.step(plain));
        with[i] = TimedLayer.time(() -> timed.step(traced));
        alone[i] = TimedLayer.time(() -> norms(probes));
      }
      double a = TimedLayer.median(without);
      double b = TimedLayer.median(with);
      double c = TimedLayer.median(alone);
      System.out.printf(Locale.ROOT,
          "%-6s %s: %.1f ms a step without, %.1f ms traced + %.1f ms norms: %.3f×;"
              + " memory %.0f MB without, %.0f MB traced%n",
          cell, engine, a, b, c, (b + c) / a, plain.bytes() / 1e6, traced.bytes() / 1e6);
      if (Double.isNaN(sum)) {
        throw new IllegalStateException("the norms are no numbers");
      }
    }
  }

  private void norms(Probes probes) {
    for (var probe : probes.all()) {
      for (var quantity : probe.quantities()) {
        sum += StepNorms.ofSteps(probe.gradient(quantity), TimedLayer.T, TimedLayer.B)[0];
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
    var gradients = timed.parameters.gradients();
    Arrays.fill(gradients, 0f);
    timed.step(run);
    return gradients.clone();
  }
}
