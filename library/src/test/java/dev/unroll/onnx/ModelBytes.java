package dev.unroll.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Writes ONNX models for tests, as `onnx.proto` has their fields.
final class ModelBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static ModelBytes message(Consumer<ModelBytes> fields) {
    var message = new ModelBytes();
    fields.accept(message);
    return message;
  }

  /// A model of a graph.
  static byte[] model(long opset, Consumer<ModelBytes> graph) {
    return message(m -> m.number(1, 8).text(2, "test").message(7, message(graph))
        .message(8, message(o -> o.number(2, opset)))).bytes();
  }

  /// A model of one node that reads `in0`, `in1`… and gives `out0`, `out1`….
  static byte[] node(long opset, String operator, List<OnnxTensor> inputs, int outputs,
      Consumer<ModelBytes> attributes) {
    return node(opset, operator, inputs, outputs, attributes, false);
  }

  /// @param typed whether the inputs, float32 or int32, say their types and shapes, which other
  ///     programs ask for
  static byte[] node(long opset, String operator, List<OnnxTensor> inputs, int outputs,
      Consumer<ModelBytes> attributes, boolean typed) {
    return model(opset, g -> {
      g.message(1, message(n -> {
        for (int i = 0; i < inputs.size(); i++) {
          n.text(1, inputs.get(i) == null ? "" : "in" + i);
        }
        for (int i = 0; i < outputs; i++) {
          n.text(2, "out" + i);
        }
        n.text(3, "tested").text(4, operator);
        attributes.accept(n);
      }));
      for (int i = 0; i < inputs.size(); i++) {
        var input = inputs.get(i);
        if (input != null && typed) {
          g.value(11, "in" + i, input.type().equals("int32") ? 6 : 1, input.shape());
        } else if (input != null) {
          g.value(11, "in" + i);
        }
      }
      for (int i = 0; i < outputs; i++) {
        g.value(12, "out" + i);
      }
    });
  }

  /// The inputs of such a model.
  static Map<String, OnnxTensor> named(List<OnnxTensor> inputs) {
    var named = new LinkedHashMap<String, OnnxTensor>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) != null) {
        named.put("in" + i, inputs.get(i));
      }
    }
    return named;
  }

  ModelBytes value(int field, String name) {
    return message(field, message(v -> v.text(1, name)));
  }

  /// A value with a type and sizes.
  ModelBytes value(int field, String name, int type, int... shape) {
    var sizes = new ModelBytes();
    for (int size : shape) {
      sizes.message(1, message(dimension -> dimension.number(1, size)));
    }
    var tensor = message(t -> t.number(1, type).message(2, sizes));
    return message(field, message(v -> v.text(1, name).message(2,
        message(t -> t.message(1, tensor)))));
  }

  ModelBytes attribute(String name, Consumer<ModelBytes> value) {
    return message(5, message(a -> {
      a.text(1, name);
      value.accept(a);
    }));
  }

  ModelBytes attribute(String name, long value) {
    return attribute(name, a -> a.number(3, value).number(20, 2));
  }

  ModelBytes attribute(String name, float value) {
    return attribute(name, a -> a.real(2, value).number(20, 1));
  }

  ModelBytes attribute(String name, String value) {
    return attribute(name, a -> a.text(4, value).number(20, 3));
  }

  ModelBytes ints(String name, long... values) {
    return attribute(name, a -> {
      for (long value : values) {
        a.number(8, value);
      }
      a.number(20, 7);
    });
  }

  ModelBytes attribute(String name, float[] values) {
    return attribute(name, a -> {
      for (float value : values) {
        a.real(7, value);
      }
      a.number(20, 6);
    });
  }

  ModelBytes attribute(String name, List<String> values) {
    return attribute(name, a -> {
      values.forEach(value -> a.text(9, value));
      a.number(20, 8);
    });
  }

  ModelBytes attribute(String name, ModelBytes graph) {
    return attribute(name, a -> a.message(6, graph).number(20, 5));
  }

  /// A constant of float32.
  ModelBytes constant(String name, float[] values, int... shape) {
    return message(5, message(t -> {
      for (int size : shape) {
        t.number(1, size);
      }
      var raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      raw.asFloatBuffer().put(values);
      t.number(2, 1).text(8, name).raw(9, raw.array());
    }));
  }

  /// A constant of int8 or uint8.
  ModelBytes constant(String name, int type, byte[] values, int... shape) {
    return message(5, message(t -> {
      for (int size : shape) {
        t.number(1, size);
      }
      t.number(2, type).text(8, name).raw(9, values);
    }));
  }

  ModelBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  ModelBytes real(int field, float value) {
    varint((long) field << 3 | 5);
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < 4; i++) {
      out.write(bits >> 8 * i);
    }
    return this;
  }

  ModelBytes text(int field, String value) {
    return raw(field, value.getBytes(UTF_8));
  }

  ModelBytes message(int field, ModelBytes message) {
    return raw(field, message.bytes());
  }

  ModelBytes raw(int field, byte[] bytes) {
    varint((long) field << 3 | 2);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
