package dev.unroll.inspect.surface;

import java.util.ArrayList;
import java.util.List;

/// The error surface of a recurrent network with one unit and no input, in double: small enough to
/// be plotted completely, and with the wall where gradients explode (Pascanu, Mikolov and Bengio
/// 2013,
///
/// ```
/// x_t = w σ(x_{t−1}) + b        t = 1 … T
/// E   = (σ(x_T) − target)²
///
/// ∂x_t/∂w = σ(x_{t−1}) + w σ'(x_{t−1}) ∂x_{t−1}/∂w
/// ∂x_t/∂b = 1          + w σ'(x_{t−1}) ∂x_{t−1}/∂b        σ' = σ (1 − σ)
/// ```
///
/// With w > 4 there are up to two stable fixed points of x, and an unstable one between them. Where
/// the initial state lies right on that boundary, a small change of w or b sends x to the other
/// fixed point within T steps: there is the wall.
///
/// @param steps T
/// @param start x_0
/// @param target the target for σ(x_T)
public record Cliff(int steps, double start, double target) {
  /// The surface of the paper.
  public static final Cliff PASCANU = new Cliff(50, 0.5, 0.7);

  /// A point of the surface.
  ///
  /// @param loss E
  /// @param dw ∂E/∂w
  /// @param db ∂E/∂b
  public record Point(double w, double b, double loss, double dw, double db) {
    /// ‖g‖
    public double norm() {
      return Math.hypot(dw, db);
    }
  }

  /// @throws IllegalArgumentException if there is no step
  public Cliff {
    if (steps < 1) {
      throw new IllegalArgumentException("%d steps, expected at least 1".formatted(steps));
    }
  }

  /// E and its gradient.
  public Point at(double w, double b) {
    double x = start;
    double xw = 0;
    double xb = 0;
    for (int t = 0; t < steps; t++) {
      double s = sigma(x);
      double slope = w * s * (1 - s);
      xw = s + slope * xw;
      xb = 1 + slope * xb;
      x = w * s + b;
    }
    double y = sigma(x);
    double dx = 2 * (y - target) * y * (1 - y);
    return new Point(w, b, (y - target) * (y - target), dx * xw, dx * xb);
  }

  /// Runs gradient descent; the result begins with the starting point.
  ///
  /// ```
  /// θ ← θ − rate · g · min(1, clip / ‖g‖)
  /// ```
  ///
  /// @param clip the largest norm of the gradient; 0 for no clipping
  public List<Point> descend(double w, double b, double rate, double clip, int steps) {
    var path = new ArrayList<Point>();
    var place = at(w, b);
    path.add(place);
    for (int i = 0; i < steps; i++) {
      double scale = clip > 0 && place.norm() > clip ? clip / place.norm() : 1;
      place = at(place.w - rate * scale * place.dw, place.b - rate * scale * place.db);
      path.add(place);
    }
    return path;
  }

  private static double sigma(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }
}
