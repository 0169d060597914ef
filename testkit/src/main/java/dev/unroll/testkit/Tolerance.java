package dev.unroll.testkit;

/// How far two numbers may be apart, relative to the largest magnitude of what is compared: a sum of
/// many terms that cancel is as exact as its terms, not as its result.
///
/// @param relative the factor of the largest magnitude
/// @param reason why not less
public record Tolerance(double relative, String reason) {
  /// Central differences with step 1e-5: error of the step (1e-10 times the third derivative) and of
  /// rounding (1e-16 / 1e-5).
  public static final Tolerance CENTRAL_DIFFERENCE =
      new Tolerance(1e-8, "central differences with step 1e-5 in double");

  /// Some tens of roundings of 2⁻²⁴ = 6e-8 one after another in a few steps.
  public static final Tolerance FLOAT = new Tolerance(4e-6, "float arithmetic over a few steps");

  /// Numbers of another system in single precision, on a few steps.
  public static final Tolerance FOREIGN = new Tolerance(1e-5, "another system's float arithmetic");

  /// Asserts that numbers are close.
  ///
  /// @throws AssertionError that names what is compared, the index and both numbers
  public void assertClose(String what, double[] expected, double[] actual) {
    if (expected.length != actual.length) {
      throw new AssertionError("%s: %d elements, expected %d"
          .formatted(what, actual.length, expected.length));
    }
    double scale = 0;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    // An expected value of nothing but zeros must be met to the absolute error of one rounding.
    double allowed = relative * (scale == 0 ? 1e-3 : scale);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= allowed)) {
        throw new AssertionError("%s: [%d] is %s, expected %s ± %.1e (%s)"
            .formatted(what, i, actual[i], expected[i], allowed, reason));
      }
    }
  }
}
