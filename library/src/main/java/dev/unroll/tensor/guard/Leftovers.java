package dev.unroll.tensor.guard;

import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// What stands in memory that a run uses again and again, before it is written anew. Nothing may depend on it: a run
/// that is resumed begins with other memory. With the property `unroll.scratch=nan`, read once, it is NaN, so
/// that a test shows who reads what nobody wrote; else what the last pass left there.
public final class Leftovers {
  /// The property.
  public static final String PROPERTY = "unroll.scratch";

  private static final boolean NAN = "nan".equals(System.getProperty(PROPERTY));

  private Leftovers() {}

  /// Whether leftovers are overwritten.
  public static boolean areSpoiled() {
    return NAN;
  }

  /// What stands in the array means nothing from here on.
  public static void spoil(float[] array) {
    spoil(array, 0, array.length);
  }

  /// What stands from `from` up to but not `to`.
  public static void spoil(float[] array, int from, int to) {
    if (NAN) {
      Arrays.fill(array, from, to, Float.NaN);
    }
  }

  /// What stands in the array means nothing from here on.
  public static void spoil(double[] array) {
    if (NAN) {
      Arrays.fill(array, Double.NaN);
    }
  }

  /// What stands in rows that fill an array of their own.
  public static void spoil(Rows rows) {
    spoil(rows.array());
  }
}
