package dev.unroll.spark.table;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;

/// Reads arrays of numbers from Spark's own rows; null is NaN. Floats and doubles are copied at
/// once.
///
/// @param type of the elements
/// @param nulls whether there may be null among them
record NumberArray(DataType type, boolean nulls) {
  static NumberArray of(ArrayType array) {
    return new NumberArray(array.elementType(), array.containsNull());
  }

  /// Whether all numbers are floats; the others are read as doubles.
  boolean areFloats() {
    return type instanceof FloatType;
  }

  float[] floats(ArrayData array) {
    var numbers = array.toFloatArray();
    for (int i = 0; nulls && i < numbers.length; i++) {
      if (array.isNullAt(i)) {
        numbers[i] = Float.NaN;
      }
    }
    return numbers;
  }

  double[] doubles(ArrayData array) {
    if (!(type instanceof DoubleType)) {
      var numbers = new double[array.numElements()];
      Arrays.setAll(numbers, i -> array.isNullAt(i) ? Double.NaN : at(array, i));
      return numbers;
    }
    var numbers = array.toDoubleArray();
    for (int i = 0; nulls && i < numbers.length; i++) {
      if (array.isNullAt(i)) {
        numbers[i] = Double.NaN;
      }
    }
    return numbers;
  }

  /// An element that is not null.
  double at(ArrayData array, int i) {
    return switch (type) {
      case FloatType _ -> array.getFloat(i);
      case DoubleType _ -> array.getDouble(i);
      case IntegerType _ -> array.getInt(i);
      case ShortType _ -> array.getShort(i);
      case ByteType _ -> array.getByte(i);
      case DecimalType decimal ->
          array.getDecimal(i, decimal.precision(), decimal.scale()).toDouble();
      default -> array.getLong(i);
    };
  }
}
