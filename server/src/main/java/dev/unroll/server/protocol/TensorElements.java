package dev.unroll.server.protocol;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the elements of a tensor from JSON: one array, or arrays in arrays, row by row.
final class TensorElements {
  private static final BigInteger END_OF_UINT64 = BigInteger.ONE.shiftLeft(Long.SIZE);
  private static final int FEW = 64;

  private final JsonParser json;
  private final String name;
  private final Datatype datatype;
  private int count;

  /// How arrays lie in arrays; null as long as there is one.
  private @Nullable Nesting nesting;

  /// Elements.
  ///
  /// @param elements as of [TensorData]
  /// @param nested how many each array has in it, the outermost first; null if there was one array
  @SuppressWarnings("ArrayRecordComponent") // of one request
  record Found(Object elements, int @Nullable [] nested) {}

  private TensorElements(JsonParser json, String name, Datatype datatype) {
    this.json = json;
    this.name = name;
    this.datatype = datatype;
  }

  /// The elements, from the parser's current token on, which must begin an array.
  ///
  /// @param expected how many there are likely to be
  static Found read(JsonParser json, String name, Datatype datatype, long expected) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedException.invalid("the data of the input %s is no array", Shown.of(name));
    }
    var reader = new TensorElements(json, name, datatype);
    // What a shape says is no reason to take memory.
    int first = Math.clamp(expected, 1, FEW * FEW);
    Object elements = switch (datatype) {
      case FP16, FP32 -> reader.floats(first);
      case FP64 -> reader.doubles(first);
      case BYTES -> reader.texts(first);
      default -> reader.longs(first);
    };
    return new Found(elements, reader.nesting == null ? null : reader.nesting.sizes());
  }

  /// Goes to the next element, over the brackets of inner arrays.
  ///
  /// @param depth of arrays that are open
  /// @return the arrays that are open at the element; 0 at the end
  private int next(int depth) {
    int open = depth;
    while (true) {
      var token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        if (nesting == null) {
          nesting = new Nesting(name, count);
        }
        nesting.begin(open);
        open++;
      } else if (token == JsonToken.END_ARRAY) {
        if (nesting != null) {
          nesting.end(open);
        }
        open--;
        if (open == 0) {
          return 0;
        }
      } else if (token == null || token == JsonToken.START_OBJECT) {
        throw wrong("a single value");
      } else {
        if (nesting != null) {
          nesting.element(open);
        }
        return open;
      }
    }
  }

  private float[] floats(int expected) {
    var elements = new float[expected];
    for (int open = next(1); open > 0; open = next(open)) {
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      elements[count++] = switch (json.currentToken()) {
        case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> finite(json.getFloatValue());
        case VALUE_NULL -> Float.NaN;
        default -> throw wrong("a number, or null for one that is missing");
      };
    }
    return count == elements.length ? elements : Arrays.copyOf(elements, count);
  }

  private float finite(float value) {
    if (!Float.isFinite(value)) {
      throw RefusedException.invalid("element %d of the input %s is beyond the range of %s", count,
          Shown.of(name), datatype);
    }
    return value;
  }

  private double[] doubles(int expected) {
    var elements = new double[expected];
    for (int open = next(1); open > 0; open = next(open)) {
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      elements[count++] = switch (json.currentToken()) {
        case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> json.getDoubleValue();
        case VALUE_NULL -> Double.NaN;
        default -> throw wrong("a number, or null for one that is missing");
      };
    }
    return count == elements.length ? elements : Arrays.copyOf(elements, count);
  }

  private long[] longs(int expected) {
    var elements = new long[expected];
    for (int open = next(1); open > 0; open = next(open)) {
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      long value = switch (json.currentToken()) {
        case VALUE_NUMBER_INT -> integer();
        case VALUE_TRUE -> truth(1);
        case VALUE_FALSE -> truth(0);
        default -> throw wrong(datatype == Datatype.BOOL ? "true or false" : "a whole number");
      };
      elements[count++] = value;
    }
    return count == elements.length ? elements : Arrays.copyOf(elements, count);
  }

  private long truth(long value) {
    if (datatype != Datatype.BOOL) {
      throw wrong("a whole number");
    }
    return value;
  }

  private long integer() {
    if (datatype == Datatype.UINT64 && json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return unsigned(json.getBigIntegerValue(), name);
    }
    if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw outside(json.getString());
    }
    long value = json.getLongValue();
    if (value < datatype.least() || value > datatype.most()) {
      throw outside(Long.toString(value));
    }
    return value;
  }

  /// The bits of an unsigned number.
  static long unsigned(BigInteger value, String name) {
    if (value.signum() < 0 || value.compareTo(END_OF_UINT64) >= 0) {
      throw RefusedException.invalid("%s is %s, expected a number of 64 bits", Shown.of(name),
          Shown.of(value.toString()));
    }
    return value.longValue();
  }

  private RefusedException outside(String value) {
    return RefusedException.invalid("element %d of the input %s is %s, beyond the range of %s",
        count, Shown.of(name), value, datatype);
  }

  private String[] texts(int expected) {
    var elements = new String[expected];
    for (int open = next(1); open > 0; open = next(open)) {
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw wrong("a text");
      }
      elements[count++] = json.getString();
    }
    return count == elements.length ? elements : Arrays.copyOf(elements, count);
  }

  private RefusedException wrong(String expected) {
    return RefusedException.invalid("element %d of the input %s, %s, is not %s", count,
        Shown.of(name), datatype, expected);
  }
}
