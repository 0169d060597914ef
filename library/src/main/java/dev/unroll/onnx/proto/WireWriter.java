package dev.unroll.onnx.proto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Writes the wire format of Protocol Buffers, the counterpart of [WireReader]: numbers of variable
/// length (wire type 0), four bytes (5), and fields with a length (2).
final class WireWriter {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// A message whose fields are written by a function.
  static byte[] message(Consumer<WireWriter> fields) {
    var writer = new WireWriter();
    fields.accept(writer);
    return writer.bytes();
  }

  WireWriter number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  WireWriter real(int field, float value) {
    tag(field, FOUR_BYTES);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(bits >> shift);
    }
    return this;
  }

  WireWriter text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  WireWriter message(int field, Consumer<WireWriter> fields) {
    return bytes(field, message(fields));
  }

  WireWriter bytes(int field, byte[] bytes) {
    tag(field, LENGTH);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  byte[] bytes() {
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
}
