package dev.unroll.app.tensorboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads event files by the definitions of their format, with a checksum of its own: TFRecord as in
/// `tensorflow/core/lib/io/record_writer.h` and `lib/hash/crc32c.h`, `event.proto` and
/// `summary.proto`.
final class EventReader {
  private EventReader() {}

  /// A value of a summary: one of the three is set.
  record Value(long step, String tag, Float scalar, Map<Integer, Object> histogram, String text) {}

  /// The messages of a file, each by field number; repeated fields as lists.
  static List<Map<Integer, List<Object>>> events(Path file) throws IOException {
    var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var events = new ArrayList<Map<Integer, List<Object>>>();
    while (in.hasRemaining()) {
      var length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).as("checksum of a length").isEqualTo(masked(length));
      var data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertThat(in.getInt()).as("checksum of an event").isEqualTo(masked(data));
      events.add(message(data));
    }
    return events;
  }

  /// All values of all summaries.
  static List<Value> values(Path file) throws IOException {
    var values = new ArrayList<Value>();
    for (var event : events(file)) {
      for (var summary : event.getOrDefault(5, List.of())) {
        for (var one : message((byte[]) summary).get(1)) {
          var value = message((byte[]) one);
          long step = (long) event.getOrDefault(2, List.of(0L)).getFirst();
          var tag = new String((byte[]) value.get(1).getFirst(), UTF_8);
          values.add(new Value(step, tag, value.containsKey(2)
              ? (Float) Float.intBitsToFloat((int) value.get(2).getFirst())
              : null,
              value.containsKey(5) ? histogram((byte[]) value.get(5).getFirst()) : null,
              value.containsKey(8) ? text(value) : null));
        }
      }
    }
    return values;
  }

  private static String text(Map<Integer, List<Object>> value) {
    var plugin = message((byte[]) message((byte[]) value.get(9).getFirst()).get(1).getFirst());
    assertThat(new String((byte[]) plugin.get(1).getFirst(), UTF_8)).isEqualTo("text");
    var tensor = message((byte[]) value.get(8).getFirst());
    assertThat(tensor.get(1).getFirst()).as("DT_STRING").isEqualTo(7L);
    return new String((byte[]) tensor.get(8).getFirst(), UTF_8);
  }

  private static Map<Integer, Object> histogram(byte[] data) {
    var fields = new LinkedHashMap<Integer, Object>();
    message(data).forEach((number, all) -> {
      var first = all.getFirst();
      if (first instanceof Long bits) {
        fields.put(number, Double.longBitsToDouble(bits));
      } else {
        var packed = ByteBuffer.wrap((byte[]) first).order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
        var doubles = new double[packed.remaining()];
        packed.get(doubles);
        fields.put(number, doubles);
      }
    });
    return fields;
  }

  private static Map<Integer, List<Object>> message(byte[] data) {
    var in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    var fields = new LinkedHashMap<Integer, List<Object>>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value = switch ((int) (tag & 7)) {
        case 0 -> varint(in);
        case 1 -> in.getLong();
        case 2 -> {
          var bytes = new byte[(int) varint(in)];
          in.get(bytes);
          yield bytes;
        }
        case 5 -> in.getInt();
        default -> throw new AssertionError("wire type of " + tag);
      };
      fields.computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0;; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /// Castagnoli's polynomial bit by bit, then rotated and shifted.
  private static int masked(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }
}
