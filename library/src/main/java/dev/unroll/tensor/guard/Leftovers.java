package dev.unroll.tensor.guard;

import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// The leftover values of memory that a run reuses, before it is written again. Nothing may depend
/// on them: a resumed run starts with other memory. With the property `unroll.scratch=nan`, read
/// once, they are NaN, so that a test finds reads of unwritten memory; otherwise they are those of
/// the last pass.
public final class Leftovers {
  /// The property.
  public static final String PROPERTY = "unroll.scratch";

  private static final boolean NAN = "nan".equals(System.getProperty(PROPERTY));

  private Leftovers() {}

  /// Whether leftovers are overwritten.
  public static boolean areSpoiled() {
    return NAN;
  }

  /// Marks the values of the array as undefined.
  public static void spoil(float[] array) {
    spoil(array, 0, array.length);
  }

  /// Marks the values in `[from, to)` as undefined.
  public static void spoil(float[] array, int from, int to) {
    if (NAN) {
      Arrays.fill(array, from, to, Float.NaN);
    }
  }

  /// Marks the values of the array as undefined.
  public static void spoil(double[] array) {
    if (NAN) {
      Arrays.fill(array, Double.NaN);
    }
  }

  /// Marks the values of rows that fill an array of their own as undefined.
  public static void spoil(Rows rows) {
    spoil(rows.array());
  }
}
