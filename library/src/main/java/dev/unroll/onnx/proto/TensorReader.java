package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `TensorProto`: dims 1, data_type 2, float_data 4, int32_data 5, string_data 6,
/// int64_data 7, name 8, raw_data 9, double_data 10, uint64_data 11, external_data 13,
/// data_location 14. Memory is allocated only for as many elements as there are data.
public final class TensorReader {
  private final ExternalData external;

  private TensorReader(ExternalData external) {
    this.external = external;
  }

  /// @param folder where external data may lie; null for nowhere
  static TensorReader in(@Nullable Path folder) {
    return new TensorReader(new ExternalData(folder));
  }

  /// A tensor with its name.
  public record Named(String name, NdArray array) {}

  /// Reads the bytes of a file that is one tensor, as ONNX's test data are.
  public static Named read(byte[] bytes) {
    return in(null).read(new WireReader(bytes));
  }

  Named read(WireReader in) {
    var dims = new LongList();
    var typed = new LongList();
    var texts = new ArrayList<String>();
    var entries = new HashMap<String, String>();
    ByteBuffer raw = null;
    long type = 0;
    long location = 0;
    var name = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> in.numbers(dims);
        case 2 -> type = in.number();
        case 3 -> throw new Refusal("a tensor in segments is not supported");
        case 4 -> in.reals(typed);
        case 5, 7, 11 -> in.numbers(typed);
        case 6 -> texts.add(in.text());
        case 8 -> name = in.text();
        case 9 -> raw = in.buffer();
        case 10 -> in.doubles(typed);
        case 13 -> ModelReader.entry(in.message(), entries);
        case 14 -> location = in.number();
        default -> in.skip();
      }
    }
    try {
      return new Named(name,
          array(ElementType.ofCode(type), NdShape.of(dims.toArray()), raw, typed, texts,
              location == 1 ? entries : null));
    } catch (Refusal e) {
      throw e.at("tensor \"%s\"".formatted(name));
    }
  }

  private NdArray array(ElementType type, int[] shape, @Nullable ByteBuffer raw, LongList typed,
      List<String> texts, @Nullable Map<String, String> entries) {
    int length = NdShape.elements(shape);
    if (type == ElementType.STRING) {
      require(texts.size(), length, shape);
      return NdArray.of(shape, texts.toArray(String[]::new));
    }
    var bytes = entries == null ? raw : external.read(entries, bytes(type, length));
    if (bytes == null && typed.size() == 0 && length > 0) {
      throw Refusal.of("there are no data for shape %s", NdShape.text(shape));
    }
    if (bytes != null && bytes.remaining() > 0) {
      if (bytes.remaining() != (long) length * type.bytes()) {
        throw Refusal.of("%d bytes of data for %s %s, which needs %d", bytes.remaining(),
            type.text(), NdShape.text(shape), (long) length * type.bytes());
      }
      return RawElements.of(type, shape, bytes);
    }
    require(typed.size(), length, shape);
    return typed(type, shape, typed);
  }

  private static long bytes(ElementType type, int length) {
    long bytes = (long) length * type.bytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw Refusal.of("%d bytes of external data, at most %d are supported", bytes,
          Integer.MAX_VALUE - 8);
    }
    return bytes;
  }

  private static void require(int found, int length, int[] shape) {
    if (found != length) {
      throw Refusal.of("%d elements of data for shape %s, which has %d", found, NdShape.text(shape),
          length);
    }
  }

  private static NdArray typed(ElementType type, int[] shape, LongList values) {
    var elements = NdArray.allocate(type, values.size());
    for (int i = 0; i < values.size(); i++) {
      long value = values.get(i);
      switch (elements) {
        case float[] f -> f[i] = switch (type) {
          case FLOAT16 -> Float.float16ToFloat((short) value);
          case BFLOAT16 -> Float.intBitsToFloat((int) value << 16);
          default -> Float.intBitsToFloat((int) value);
        };
        case double[] d -> d[i] = Double.longBitsToDouble(value);
        default -> ((long[]) elements)[i] = type.wrap(value);
      }
    }
    return NdArray.of(type, shape, elements);
  }
}
