package dev.unroll.app.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Fields in the wire format of Protocol Buffers, for small models that no exporter writes.
final class ProtoBytes {
  private ProtoBytes() {}

  static byte[] number(int field, int value) {
    return new byte[] {(byte) (field << 3), (byte) value};
  }

  static byte[] text(int field, String text) {
    return field(field, text.getBytes(UTF_8));
  }

  static byte[] field(int field, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    for (int rest = content.length; true; rest >>>= 7) {
      out.write(rest < 128 ? rest : rest & 127 | 128);
      if (rest < 128) {
        break;
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  static byte[] joined(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
