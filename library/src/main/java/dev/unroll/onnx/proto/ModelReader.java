package dev.unroll.onnx.proto;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `ModelProto` and what is in it. Fields that do not matter for what a model computes are
/// passed over; what would change it and is not supported is refused.
public final class ModelReader {
  /// Graphs within graphs; real models have a handful.
  private static final int MOST_LEVELS = 64;

  private final TensorReader tensors;
  private int level;

  private ModelReader(@Nullable Path folder) {
    tensors = TensorReader.in(folder);
  }

  /// Reads a model.
  ///
  /// @param folder where external data may lie; null for nowhere
  /// @throws Refusal if it is none
  public static ModelDef read(byte[] bytes, @Nullable Path folder) {
    return new ModelReader(folder).model(new WireReader(bytes));
  }

  private ModelDef model(WireReader in) {
    long irVersion = 0;
    var producer = "";
    var opsets = new LinkedHashMap<String, Long>();
    var metadata = new LinkedHashMap<String, String>();
    GraphDef graph = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> irVersion = in.number();
        case 2 -> producer = in.text();
        case 7 -> graph = graph(in.message());
        case 8 -> opset(in.message(), opsets);
        case 14 -> entry(in.message(), metadata);
        case 25 -> throw new Refusal("the model defines functions of its own, which are not"
            + " supported; export it with functions inlined");
        default -> in.skip();
      }
    }
    if (graph == null) {
      throw new Refusal("there is no graph; the file is damaged or not ONNX");
    }
    if (opsets.isEmpty()) {
      throw new Refusal("the model does not say which version of the operators it uses"
          + " (opset_import); the file is damaged or not ONNX");
    }
    return new ModelDef(irVersion, producer, opsets, graph, metadata);
  }

  private static void opset(WireReader in, Map<String, Long> to) {
    var domain = "";
    long version = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> domain = in.text();
        case 2 -> version = in.number();
        default -> in.skip();
      }
    }
    to.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  static void entry(WireReader in, Map<String, String> to) {
    var key = "";
    var value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> in.skip();
      }
    }
    to.put(key, value);
  }

  private GraphDef graph(WireReader in) {
    if (++level > MOST_LEVELS) {
      throw Refusal.of("graphs lie within graphs more than %d deep", MOST_LEVELS);
    }
    var name = "";
    var nodes = new ArrayList<NodeDef>();
    var initializers = new LinkedHashMap<String, NdArray>();
    var inputs = new ArrayList<ValueDef>();
    var outputs = new ArrayList<ValueDef>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> nodes.add(node(in.message()));
        case 2 -> name = in.text();
        case 5 -> {
          var tensor = tensors.read(in.message());
          if (initializers.put(tensor.name(), tensor.array()) != null) {
            throw Refusal.of("two constants have the name \"%s\"", tensor.name());
          }
        }
        case 11 -> inputs.add(value(in.message()));
        case 12 -> outputs.add(value(in.message()));
        case 15 -> throw new Refusal("sparse constants are not supported");
        default -> in.skip();
      }
    }
    level--;
    return new GraphDef(name, List.copyOf(nodes), initializers, List.copyOf(inputs),
        List.copyOf(outputs));
  }

  private NodeDef node(WireReader in) {
    var inputs = new ArrayList<String>();
    var outputs = new ArrayList<String>();
    var name = "";
    var operator = "";
    var domain = "";
    var attributes = new LinkedHashMap<String, Object>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(in.text());
        case 2 -> outputs.add(in.text());
        case 3 -> name = in.text();
        case 4 -> operator = in.text();
        case 5 -> attribute(in.message(), attributes);
        case 7 -> domain = in.text();
        default -> in.skip();
      }
    }
    return new NodeDef(name, operator, domain.equals("ai.onnx") ? "" : domain,
        List.copyOf(inputs), List.copyOf(outputs), new Attributes(attributes));
  }

  private void attribute(WireReader in, Map<String, Object> to) {
    var name = "";
    long type = 0;
    Object value = null;
    float real = 0;
    long integer = 0;
    var text = "";
    var reals = new LongList();
    var integers = new LongList();
    var texts = new ArrayList<String>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> value = real = in.real();
        case 3 -> value = integer = in.number();
        case 4 -> value = text = in.text();
        case 5 -> value = tensors.read(in.message()).array();
        case 6 -> value = graph(in.message());
        case 7 -> in.reals(reals);
        case 8 -> in.numbers(integers);
        case 9 -> texts.add(in.text());
        case 20 -> type = in.number();
        case 21 -> throw Refusal.of("attribute %s refers to another one, outside a function", name);
        case 10, 11, 14, 15, 22, 23 ->
            throw Refusal.of("attribute %s has a type that is not supported", name);
        default -> in.skip();
      }
    }
    // Zeros and empty lists need not be written; the type says that they are there.
    value = type == 1 ? (Object) real
        : type == 2 ? (Object) integer
            : type == 3 ? text
                : type == 6 || reals.size() > 0 ? floats(reals)
                    : type == 7 || integers.size() > 0 ? integers.toArray()
                        : type == 8 || !texts.isEmpty() ? texts.toArray(String[]::new) : value;
    if (value == null) {
      throw Refusal.of("attribute %s has no value; the file is damaged", name);
    }
    to.put(name, value);
  }

  private static float[] floats(LongList bits) {
    var floats = new float[bits.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat((int) bits.get(i));
    }
    return floats;
  }

  private ValueDef value(WireReader in) {
    var name = "";
    ElementType type = null;
    List<String> shape = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> {
          var types = in.message();
          while (types.next()) {
            if (types.field() != 1) {
              if (types.field() == 6) {
                types.skip();
                continue;
              }
              throw Refusal.of("\"%s\" is no tensor; sequences and maps are not supported", name);
            }
            var tensor = types.message();
            while (tensor.next()) {
              switch (tensor.field()) {
                case 1 -> type = ElementType.ofCode(tensor.number());
                case 2 -> shape = shape(tensor.message());
                default -> tensor.skip();
              }
            }
          }
        }
        default -> in.skip();
      }
    }
    return new ValueDef(name, type, shape);
  }

  private static List<String> shape(WireReader in) {
    var shape = new ArrayList<String>();
    while (in.next()) {
      if (in.field() != 1) {
        in.skip();
        continue;
      }
      var size = "?";
      var dimension = in.message();
      while (dimension.next()) {
        switch (dimension.field()) {
          case 1 -> size = Long.toString(dimension.number());
          case 2 -> size = dimension.text();
          default -> dimension.skip();
        }
      }
      shape.add(size.isEmpty() ? "?" : size);
    }
    return List.copyOf(shape);
  }
}
