package dev.unroll.golden;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The bytes of an ONNX model of one node, all of whose inputs are inputs of the model. Field
/// numbers are those of `onnx.proto3`.
final class OnnxModel {
  private static final int FLOAT = 1; // TensorProto.DataType
  private static final int INT = 2; // AttributeProto.AttributeType
  private static final int STRINGS = 8;

  private OnnxModel() {}

  /// @param inputs     names by position; an empty one is an optional input left out
  /// @param shapes     the shape of each input that is there
  /// @param attributes an `Integer`, or a `String` for a list of one
  static byte[] bytes(
      String operator,
      Map<String, Object> attributes,
      List<String> inputs,
      Map<String, long[]> shapes,
      List<String> outputs) {
    Message node = new Message();
    inputs.forEach(name -> node.text(1, name));
    outputs.forEach(name -> node.text(2, name));
    node.text(4, operator);
    attributes.forEach((name, value) -> node.message(5, attribute(name, value)));

    Message graph = new Message().message(1, node).text(2, operator);
    shapes.forEach((name, shape) -> graph.message(11, input(name, shape)));
    // The type of an output is inferred by ONNX Runtime.
    outputs.forEach(name -> graph.message(12, new Message().text(1, name)));

    int irVersion = 8;
    int opset = 14;
    return new Message()
        .number(1, irVersion)
        .message(7, graph)
        .message(8, new Message().text(1, "").number(2, opset))
        .bytes();
  }

  private static Message attribute(String name, Object value) {
    Message attribute = new Message().text(1, name);
    return value instanceof Integer number
        ? attribute.number(3, number).number(20, INT)
        : attribute.text(9, (String) value).number(20, STRINGS);
  }

  private static Message input(String name, long[] shape) {
    Message dimensions = new Message();
    for (long length : shape) {
      dimensions.message(1, new Message().number(1, length));
    }
    Message tensorType = new Message().number(1, FLOAT).message(2, dimensions);
    return new Message().text(1, name).message(2, new Message().message(1, tensorType));
  }

  /// A protobuf message being written: variable-length integers (wire type 0) and length-prefixed
  /// fields (wire type 2).
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return prefixed(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return prefixed(field, value.bytes());
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private Message prefixed(int field, byte[] value) {
      varint(((long) field << 3) | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
