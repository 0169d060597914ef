package dev.unroll.app.reproduce;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Initializer;

/// Cells whose gates are open for about T steps before anything is learned, the chrono
/// initialization of Tallec and Ollivier 2018 (arXiv 1804.11188).
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
}
