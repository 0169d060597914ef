package dev.unroll.onnx.proto;

import dev.unroll.format.protobuf.WireWriter;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes `ModelProto` and what is in it; [ModelReader] reads the same back.
public final class ModelWriter {
  private ModelWriter() {}

  /// The bytes of a model.
  ///
  /// @param version of the program that made it
  public static byte[] write(ModelDef model, String version) {
    return WireWriter.message(m -> {
      m.number(1, model.irVersion()).text(2, model.producer()).text(3, version)
          .message(7, graph -> write(graph, model.graph()));
      model.opsets().forEach((domain, opset) -> m.message(8,
          o -> o.text(1, domain).number(2, opset)));
      model.metadata().forEach((key, value) -> m.message(14, e -> e.text(1, key).text(2, value)));
    });
  }

  private static void write(WireWriter out, GraphDef graph) {
    graph.nodes().forEach(node -> out.message(1, n -> write(n, node)));
    out.text(2, graph.name());
    graph.initializers().forEach((name, array) -> out.message(5, t -> write(t, name, array)));
    graph.inputs().forEach(input -> out.message(11, v -> write(v, input)));
    graph.outputs().forEach(output -> out.message(12, v -> write(v, output)));
  }

  private static void write(WireWriter out, NodeDef node) {
    node.inputs().forEach(input -> out.text(1, input));
    node.outputs().forEach(output -> out.text(2, output));
    out.text(3, node.name()).text(4, node.operator());
    node.attributes().values()
        .forEach((name, value) -> out.message(5, a -> write(a.text(1, name), value)));
    if (!node.domain().isEmpty()) {
      out.text(7, node.domain());
    }
  }

  /// The value of an attribute and its type.
  private static void write(WireWriter out, Object value) {
    switch (value) {
      case Float real -> out.single(2, real).number(20, 1);
      case Long integer -> out.number(3, integer).number(20, 2);
      case String text -> out.text(4, text).number(20, 3);
      case NdArray array -> out.message(5, t -> write(t, "", array)).number(20, 4);
      case GraphDef graph -> out.message(6, g -> write(g, graph)).number(20, 5);
      case float[] reals -> {
        for (float real : reals) {
          out.single(7, real);
        }
        out.number(20, 6);
      }
      case long[] integers -> {
        for (long integer : integers) {
          out.number(8, integer);
        }
        out.number(20, 7);
      }
      case String[] texts -> {
        for (var text : texts) {
          out.text(9, text);
        }
        out.number(20, 8);
      }
      default -> throw new IllegalArgumentException("no attribute: " + value.getClass());
    }
  }

  private static void write(WireWriter out, String name, NdArray array) {
    for (int size : array.shape()) {
      out.number(1, size);
    }
    out.number(2, array.type().code());
    if (array.type() == ElementType.STRING) {
      for (var text : array.strings()) {
        out.text(6, text);
      }
      out.text(8, name);
    } else {
      out.text(8, name).bytes(9, raw(array));
    }
  }

  private static byte[] raw(NdArray array) {
    var type = array.type();
    var raw = ByteBuffer.allocate(Math.multiplyExact(array.length(), type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
    switch (array.elements()) {
      case float[] floats when type == ElementType.FLOAT -> raw.asFloatBuffer().put(floats);
      case float[] halves -> {
        for (float half : halves) {
          raw.putShort((short) (type == ElementType.FLOAT16 ? Float.floatToFloat16(half)
              : Float.floatToRawIntBits(half) >> Short.SIZE));
        }
      }
      case double[] doubles -> raw.asDoubleBuffer().put(doubles);
      default -> {
        for (long integer : array.longs()) {
          for (int i = 0; i < type.bytes(); i++) {
            raw.put((byte) (integer >> i * Byte.SIZE));
          }
        }
      }
    }
    return raw.array();
  }

  private static void write(WireWriter out, ValueDef value) {
    out.text(1, value.name());
    var type = value.type();
    if (type != null) {
      out.message(2, t -> t.message(1, tensor -> {
        tensor.number(1, type.code());
        var shape = value.shape();
        if (shape != null) {
          tensor.message(2, s -> shape.forEach(size -> s.message(1, d -> size(d, size))));
        }
      }));
    }
  }

  /// A number, or the name of a size that is free.
  private static void size(WireWriter out, String size) {
    if (size.chars().allMatch(c -> c >= '0' && c <= '9')) {
      out.number(1, Long.parseLong(size));
    } else if (!size.equals("?")) {
      out.text(2, size);
    }
  }
}
