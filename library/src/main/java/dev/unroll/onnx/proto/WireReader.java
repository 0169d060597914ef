package dev.unroll.onnx.proto;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.onnx.array.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/// Reads one message in the wire format of Protocol Buffers:
///
/// ```text
/// field number · 8 + wire type    as a varint, then by wire type
///   0  a varint: 7 bits a byte, the least first    1  eight bytes, little-endian
///   2  a length as a varint, and as many bytes     5  four bytes, little-endian
/// ```
///
/// A length is compared with what is left of the message before anything is done with it.
final class WireReader {
  private static final int VARINT = 0;
  private static final int EIGHT = 1;
  private static final int BYTES = 2;
  private static final int FOUR = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private int wire;

  WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private WireReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    at = from;
    this.end = end;
  }

  /// Goes to the next field; false at the end of the message. The value of the field has to be read
  /// or skipped.
  boolean next() {
    if (at == end) {
      return false;
    }
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 3 > 0x1fffffff) {
      throw Refusal.of("byte %d: there is no field number %d; the file is damaged or not ONNX", at,
          tag >>> 3);
    }
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    return true;
  }

  /// The number of the field.
  int field() {
    return field;
  }

  /// The number of bytes left.
  int left() {
    return end - at;
  }

  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case EIGHT -> at += need(8);
      case BYTES -> message();
      case FOUR -> at += need(4);
      default -> throw unknownWire();
    }
  }

  /// An integer.
  long number() {
    expect(VARINT);
    return varint();
  }

  /// A number of four bytes.
  float real() {
    expect(FOUR);
    return fixedFloat();
  }

  String text() {
    expect(BYTES);
    int length = length();
    try {
      var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      return text;
    } catch (CharacterCodingException _) {
      throw Refusal.of("byte %d: a text is not UTF-8; the file is damaged or not ONNX", at);
    }
  }

  byte[] bytes() {
    expect(BYTES);
    int length = length();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /// The bytes of a field without a copy, little-endian.
  ByteBuffer buffer() {
    expect(BYTES);
    int length = length();
    at += length;
    return ByteBuffer.wrap(bytes, at - length, length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  WireReader message() {
    expect(BYTES);
    int length = length();
    at += length;
    return new WireReader(bytes, at - length, at);
  }

  /// A repeated integer, one or packed.
  void numbers(LongList to) {
    if (wire == VARINT) {
      to.add(varint());
      return;
    }
    var packed = message();
    while (packed.at < packed.end) {
      to.add(packed.varint());
    }
  }

  /// A repeated `float`, one or packed, as bits.
  void reals(LongList to) {
    if (wire == FOUR) {
      to.add(Float.floatToRawIntBits(fixedFloat()));
      return;
    }
    var packed = message();
    while (packed.at < packed.end) {
      to.add(Float.floatToRawIntBits(packed.fixedFloat()));
    }
  }

  /// A repeated `double`, one or packed, as bits.
  void doubles(LongList to) {
    if (wire == EIGHT) {
      to.add(fixedLong());
      return;
    }
    var packed = message();
    while (packed.at < packed.end) {
      to.add(packed.fixedLong());
    }
  }

  private float fixedFloat() {
    need(4);
    int bits = 0;
    for (int i = 3; i >= 0; i--) {
      bits = bits << 8 | bytes[at + i] & 0xff;
    }
    at += 4;
    return Float.intBitsToFloat(bits);
  }

  private long fixedLong() {
    need(8);
    long bits = 0;
    for (int i = 7; i >= 0; i--) {
      bits = bits << 8 | bytes[at + i] & 0xff;
    }
    at += 8;
    return bits;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      need(1);
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw Refusal.of("byte %d: an integer of more than ten bytes; the file is damaged or not ONNX",
        at);
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw Refusal.of("byte %d: a part of %s bytes, but %d are left; the file is cut or damaged",
          at, Long.toUnsignedString(length), end - at);
    }
    return (int) length;
  }

  private int need(int count) {
    if (count > end - at) {
      throw Refusal.of("byte %d: %d bytes are missing; the file is cut or damaged", at,
          count - (end - at));
    }
    return count;
  }

  private void expect(int expected) {
    if (wire != expected) {
      throw wire == 3 || wire == 4 || wire > 5 ? unknownWire()
          : Refusal.of("byte %d: field %d has wire type %d, expected %d; the file is damaged or not"
              + " ONNX", at, field, wire, expected);
    }
  }

  private Refusal unknownWire() {
    return Refusal.of("byte %d: field %d has wire type %d, which ONNX does not use; the file is"
        + " damaged or not ONNX", at, field, wire);
  }
}
