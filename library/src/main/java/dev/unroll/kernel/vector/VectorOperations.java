package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.FLOATS;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.kernel.scalar.ScalarFunctions;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The operators of [Operator] on whole vectors, one flat loop each; [ScalarFunctions] processes
/// the rest that does not fill a vector.
final class VectorOperations {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private VectorOperations() {}

  static void combine(
      Operator op,
      float[] a,
      int ao,
      boolean aScalar,
      float[] b,
      int bo,
      boolean bScalar,
      float[] y,
      int yo,
      int n) {
    if (n <= 0) {
      return;
    }
    // Read before the first result is written: y may be a or b.
    float a0 = a[ao];
    float b0 = b[bo];
    int whole = SPECIES.loopBound(n);
    if (aScalar && bScalar) {
      Arrays.fill(y, yo, yo + n, ScalarFunctions.combine(op, a0, b0));
      return;
    } else if (aScalar) {
      numberFirst(op, a0, b, bo, y, yo, whole);
    } else if (bScalar) {
      numberSecond(op, a, ao, b0, y, yo, whole);
    } else {
      pairs(op, a, ao, b, bo, y, yo, whole);
    }
    for (int i = whole; i < n; i++) {
      float u = aScalar ? a0 : a[ao + i];
      float v = bScalar ? b0 : b[bo + i];
      y[yo + i] = ScalarFunctions.combine(op, u, v);
    }
  }

  private static void pairs(
      Operator op, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.add(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.sub(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.mul(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.div(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.min(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.max(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
    }
  }

  /// The number becomes a vector inside the loops, which costs nothing there: before the `switch`
  /// it was boxed wherever C2 had not seen all cases yet.
  private static void numberSecond(
      Operator op, float[] a, int ao, float number, float[] y, int yo, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i += L) {
          FloatVector v = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.add(v)).intoArray(y, yo + i);
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < n; i += L) {
          FloatVector v = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.sub(v)).intoArray(y, yo + i);
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < n; i += L) {
          FloatVector v = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.mul(v)).intoArray(y, yo + i);
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < n; i += L) {
          FloatVector v = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.div(v)).intoArray(y, yo + i);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i += L) {
          FloatVector v = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.min(v)).intoArray(y, yo + i);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i += L) {
          FloatVector v = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FloatVector u = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
          FLOATS.cast(u.max(v)).intoArray(y, yo + i);
        }
      }
    }
  }

  private static void numberFirst(
      Operator op, float number, float[] b, int bo, float[] y, int yo, int n) {
    switch (op) {
      case SUBTRACT -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FLOATS.cast(u.sub(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < n; i += L) {
          FloatVector u = FLOATS.cast(FloatVector.broadcast(SPECIES, number));
          FLOATS.cast(u.div(FLOATS.cast(FloatVector.fromArray(SPECIES, b, bo + i)))).intoArray(y,
              yo + i);
        }
      }
      case ADD, MULTIPLY, MIN, MAX -> numberSecond(op, b, bo, number, y, yo, n);
    }
  }
}
