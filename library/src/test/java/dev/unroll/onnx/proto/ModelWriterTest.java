package dev.unroll.onnx.proto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is written is read back.
class ModelWriterTest {
  private static ModelDef model(GraphDef graph) {
    var opsets = new LinkedHashMap<String, Long>();
    opsets.put("", 17L);
    opsets.put("com.example", 3L);
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("equations", "h' = σ(W x)\n");
    metadata.put("empty", "");
    return new ModelDef(8, "unroll", opsets, graph, metadata);
  }

  private static GraphDef graph(String name, Map<String, Object> attributes,
      Map<String, NdArray> constants) {
    var node = new NodeDef("node " + name, "Operator", "com.example", List.of("a", "", "b"),
        List.of("y_" + name), new Attributes(new LinkedHashMap<>(attributes)));
    return new GraphDef(name, List.of(node), new LinkedHashMap<>(constants),
        List.of(new ValueDef("a", ElementType.FLOAT, List.of("time", "3", "?")),
            new ValueDef("b", null, null), new ValueDef("s", ElementType.INT64, List.of())),
        List.of(new ValueDef("y_" + name, ElementType.BOOL, null)));
  }

  private static ModelDef readBack(ModelDef model) {
    return ModelReader.read(ModelWriter.write(model, "1.0"), null);
  }

  @Test
  void aModelIsReadBack() {
    var written = model(graph("g", Map.of(), Map.of()));
    var read = readBack(written);
    assertThat(read.irVersion()).isEqualTo(8);
    assertThat(read.producer()).isEqualTo("unroll");
    assertThat(read.opsets()).containsExactlyEntriesOf(written.opsets());
    assertThat(read.metadata()).containsExactlyEntriesOf(written.metadata());
    assertThat(read.graph().name()).isEqualTo("g");
    assertThat(read.graph().inputs()).isEqualTo(written.graph().inputs());
    assertThat(read.graph().outputs()).isEqualTo(written.graph().outputs());
    var node = read.graph().nodes().getFirst();
    assertThat(node.place()).isEqualTo("node \"node g\" (com.example.Operator)");
    assertThat(node.inputs()).containsExactly("a", "", "b");
    assertThat(node.outputs()).containsExactly("y_g");
  }

  @Test
  void attributesOfAllKindsAreReadBack() {
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("zero", 0L);
    attributes.put("integer", -3L);
    attributes.put("large", Long.MAX_VALUE);
    attributes.put("real", -0.1f);
    attributes.put("no", 0f);
    attributes.put("text", "häß");
    attributes.put("empty", "");
    attributes.put("integers", new long[] {1, -1, Long.MIN_VALUE});
    attributes.put("no_integers", new long[0]);
    attributes.put("reals", new float[] {1.5f, Float.NEGATIVE_INFINITY});
    attributes.put("no_reals", new float[0]);
    attributes.put("texts", new String[] {"Tanh", ""});
    attributes.put("no_texts", new String[0]);
    var read = readBack(model(graph("g", attributes, Map.of()))).graph().nodes().getFirst()
        .attributes();
    assertThat(read.values().keySet()).containsExactlyElementsOf(attributes.keySet());
    attributes.forEach((name, value) -> assertThat(read.values().get(name)).as(name)
        .isEqualTo(value));
  }

  @Test
  void graphsAndTensorsInAttributesAreReadBack() {
    var inner = graph("inner", Map.of("depth", 2L), Map.of());
    var read = readBack(model(graph("outer",
        Map.of("body", inner, "value", NdArray.vector(7, 8)), Map.of()))).graph().nodes()
        .getFirst().attributes();
    var body = read.graph("body");
    assertThat(body).isNotNull();
    assertThat(body.name()).isEqualTo("inner");
    assertThat(body.inputs()).isEqualTo(inner.inputs());
    assertThat(body.nodes().getFirst().attributes().integer("depth", 0)).isEqualTo(2);
    assertThat(read.tensor("value").longs()).containsExactly(7, 8);
  }

  @ParameterizedTest
  @EnumSource
  void constantsOfAllTypesAreReadBack(ElementType type) {
    var array = switch (type.kind()) {
      case FLOATS -> NdArray.of(type, new int[] {2, 3}, 0f, -0f, 1.5f, -2f, 96f,
          Float.POSITIVE_INFINITY);
      case DOUBLES -> NdArray.of(new int[] {2, 3}, 0, -0.0, Math.PI, -1e300, 1, Double.NaN);
      case STRINGS -> NdArray.of(new int[] {2, 3}, "a", "", "ß", "→", "x y", "\n");
      case LONGS -> NdArray.of(type, new int[] {2, 3}, type.wrap(0), type.wrap(1), type.wrap(-1),
          type.wrap(77), type.wrap(Long.MAX_VALUE), type.wrap(Long.MIN_VALUE));
    };
    var constants = Map.of("array", array, "none", NdArray.of(new int[] {0, 4}, new float[0]),
        "one", NdArray.of(new int[0], 3f));
    var read = readBack(model(graph("g", Map.of(), constants))).graph().initializers();
    assertThat(read.get("array").type()).isEqualTo(type);
    assertThat(read.get("array").shape()).containsExactly(2, 3);
    assertThat(read.get("array").elements()).isEqualTo(array.elements());
    assertThat(read.get("none").shape()).containsExactly(0, 4);
    assertThat(read.get("one").shape()).isEmpty();
    assertThat(read.get("one").floats()).containsExactly(3);
  }

  @Test
  void whatIsReadBackIsWrittenWithTheSameBytes() {
    var bytes = ModelWriter.write(model(graph("g", Map.of("reals", new float[] {1, 2}),
        Map.of("array", NdArray.of(new int[] {2}, 1f, 2f)))), "1.0");
    assertThat(ModelWriter.write(ModelReader.read(bytes, null), "1.0")).isEqualTo(bytes);
  }
}
