package dev.unroll.testkit;

import java.util.Locale;

/// A tolerance for two numbers, relative to the largest magnitude of the compared values: a sum of
/// many terms that cancel is as accurate as its terms, not as its result.
///
/// @param relative the factor of the largest magnitude
/// @param least magnitudes below this count as this
/// @param reason why it is not smaller
public record Tolerance(double relative, double least, String reason) {
  /// Central differences of fourth order with step 3e-5: the rounding of a loss of the magnitude of
  /// 10 (1e-15) divided by the step, several times. The largest error of all cells that are tested
  /// is a quarter of this.
  public static final Tolerance CENTRAL_DIFFERENCE =
      new Tolerance(2e-9, 0.1, "central differences of the loss in double");

  /// About ten roundings of 2⁻²⁴ = 6e-8, one after another; small values are sums of terms of about
  /// one that cancel. The amplification of roundings by a cell's steps and divisions is added: see
  /// [#assertClose(String, double[], double[], double)].
  public static final Tolerance FLOAT =
      new Tolerance(1e-6, 0.1, "float arithmetic, and what the cell makes of its roundings");

  /// Values of another system in single precision, over a few steps.
  public static final Tolerance FOREIGN =
      new Tolerance(1e-5, 1, "another system's float arithmetic");

  /// The same value computed in `double` in two ways, over a few steps.
  public static final Tolerance DOUBLE = new Tolerance(1e-9, 1, "numbers of ten decimals");

  /// Asserts that numbers are close.
  ///
  /// @throws AssertionError that names what is compared, the index and both numbers
  public void assertClose(String what, double[] expected, double[] actual) {
    assertClose(what, expected, actual, 0);
  }

  /// The same for results that roundings may change by more than their own size.
  ///
  /// @param disturbance by how much the results change when all inputs change by some roundings
  public void assertClose(String what, double[] expected, double[] actual, double disturbance) {
    if (expected.length != actual.length) {
      throw new AssertionError("%s: %d elements, expected %d"
          .formatted(what, actual.length, expected.length));
    }
    double scale = least;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    // The disturbance is estimated from a few samples; actual roundings may be larger.
    double allowed = relative * scale + 4 * disturbance;
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= allowed)) {
        throw new AssertionError(
            String.format(Locale.ROOT, "%s: [%d] is %s, expected %s ± %.1e (%s)", what, i,
                actual[i], expected[i], allowed, reason));
      }
    }
  }
}
