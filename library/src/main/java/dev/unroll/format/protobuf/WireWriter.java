package dev.unroll.format.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Writes a message in the wire format of Protocol Buffers, field by field: each is its number and
/// wire type as a varint, then a varint (type 0), eight bytes (1), a length and as many bytes (2),
/// or four bytes (5), the least byte first. For one thread.
public final class WireWriter {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// A message whose fields are written by a function.
  public static byte[] message(Consumer<WireWriter> fields) {
    var writer = new WireWriter();
    fields.accept(writer);
    return writer.bytes();
  }

  /// An `int64`, `int32` or `enum`.
  public WireWriter number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /// A `float`.
  public WireWriter single(int field, float value) {
    tag(field, FOUR_BYTES);
    littleEndian(Float.floatToRawIntBits(value), Float.BYTES);
    return this;
  }

  /// A `double`.
  public WireWriter real(int field, double value) {
    tag(field, EIGHT_BYTES);
    littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    return this;
  }

  /// A `repeated double`, packed.
  public WireWriter reals(int field, double[] values) {
    tag(field, LENGTH);
    varint((long) Double.BYTES * values.length);
    for (double value : values) {
      littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    }
    return this;
  }

  /// A `string`.
  public WireWriter text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  /// A message inside of this one.
  public WireWriter message(int field, Consumer<WireWriter> fields) {
    return bytes(field, message(fields));
  }

  /// A `bytes` field.
  public WireWriter bytes(int field, byte[] bytes) {
    tag(field, LENGTH);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /// The message so far.
  public byte[] bytes() {
    return out.toByteArray();
  }

  private void tag(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void littleEndian(long bits, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (bits >>> Byte.SIZE * i));
    }
  }
}
