package dev.unroll.app.reproduce.published;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Initializer;

/// Cells whose gates are open for about T steps before anything is learned, the chrono
/// initialization of Tallec and Ollivier 2018 (arXiv 1804.11188), and the same for the decays of
/// linear recurrences: u is uniform in `[1, T − 1)` and what a unit remembers fades in u steps.
final class Chrono {
  private Chrono() {}

  /// `bf = log u`, `bi = −log u'`
  static Cell lstm(int steps) {
    return Lstm.cell().initializer("bf", new Initializer.Chrono(steps))
        .initializer("bi", new Initializer.Chrono(-steps));
  }

  /// `bz = log u`: z is the share of the old state.
  static Cell gru(int steps) {
    return Gru.cell().initializer("bz", new Initializer.Chrono(steps));
  }

  /// `bz = −log u`: z is the share of the new value.
  static Cell minGru(int steps) {
    return Cells.minGru().initializer("bz", new Initializer.Chrono(-steps));
  }

  /// `Λ = log 4u`: with a gate of one half the decay is `exp(−4 softplus(−Λ))`, about
  /// `exp(−1 / u)`.
  static Cell rgLru(int steps) {
    return Cells.rgLru().named("rg-lru-bounded")
        .initializer("Λ", new Initializer.Chrono(4.0 * steps));
  }

  /// `ν = −log u` and `θ = −log u'`: decays `exp(−1 / u)` and angles of `1 / u'`. `γ = −½ log T`
  /// keeps the sum over a constant input from growing with the memory.
  ///
  /// A linear recurrent unit is linear from end to end, so its paper has a gated linear unit behind
  /// each; here that is a part of the cell.
  static Cell gatedLru(int steps) {
    var lru = Cells.lru().initializer("ν", new Initializer.Chrono(-steps))
        .initializer("θ", new Initializer.Chrono(-steps))
        .initializer("γ", new Initializer.Constant(-0.5 * Math.log(steps)));
    return Cell.parse("lru-gated",
        lru.toString().replace("out y\n", "g = y * σ(G y + bg)\nout g\n"));
  }
}
