package dev.unroll.golden;

import java.util.Arrays;

/// Inputs and weights that tell tensors, rows and columns apart and are the same on every machine.
///
/// ```
/// value(k) = scale · sin(phase + k + k²/10), rounded to a multiple of 1/1024
/// ```
///
/// `phase` is another one for each tensor. The square is there because a plain sine of the index
/// makes every matrix one of rank two. A multiple of 1/1024 is the same number in `float`, in
/// `double` and in ten decimals.
final class Sines {
  private static final double GRID = 1024;

  private int phase;

  Numbers next(double scale, long... shape) {
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    phase++;
    for (int k = 0; k < values.length; k++) {
      double sine = StrictMath.sin(phase + k + 0.1 * k * k);
      values[k] = Math.rint(scale * sine * GRID) / GRID;
    }
    return new Numbers(shape, values);
  }
}
