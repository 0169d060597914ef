package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Loop and Scan against what they are worked out to give by hand.
class OnnxLoopTest {

  private static ModelBytes node(String operator, String inputs, String outputs,
      Consumer<ModelBytes> attributes) {
    return ModelBytes.message(n -> {
      for (var input : inputs.split(",", -1)) {
        n.text(1, input);
      }
      for (var output : outputs.split(",", -1)) {
        n.text(2, output);
      }
      n.text(3, "the " + operator).text(4, operator);
      attributes.accept(n);
    });
  }

  private static ModelBytes node(String operator, String inputs, String outputs) {
    return node(operator, inputs, outputs, _ -> {});
  }

  private static OnnxTensor numbers(float... values) {
    return OnnxTensor.of(values, values.length);
  }

  private static OnnxTensor number(long value) {
    return OnnxTensor.of(new long[] {value});
  }

  /// `s' = s + x`, collected twice: as it is, and doubled; x is of the graph around.
  private static OnnxModel sums(String inputs, Consumer<ModelBytes> condition) throws IOException {
    var body = ModelBytes.message(g -> {
      g.message(1, node("Add", "s,x", "next")).message(1, node("Add", "next,next", "twice"));
      condition.accept(g);
      g.value(11, "i").value(11, "c").value(11, "s").value(12, "goes on").value(12, "next")
          .value(12, "next").value(12, "twice", 1, 2);
    });
    return OnnxModel.read(ModelBytes.model(18, g -> g
        .message(1, node("Loop", inputs, "last,all,doubled", n -> n.attribute("body", body)))
        .value(11, "m", 7).value(11, "go", 9).value(11, "s0", 1, 2).value(11, "x", 1, 2)
        .value(12, "last").value(12, "all").value(12, "doubled")));
  }

  private static Map<String, OnnxTensor> given(long rounds, boolean goes) {
    var given = new LinkedHashMap<String, OnnxTensor>();
    given.put("m", number(rounds));
    given.put("go", OnnxTensor.of(new boolean[] {goes}));
    given.put("s0", numbers(1, 2));
    given.put("x", numbers(10, 20));
    return given;
  }

  private static void always(ModelBytes g) {
    g.message(1, node("Identity", "c", "goes on"));
  }

  /// Until the first element of the state is 31 or more.
  private static void limited(ModelBytes g) {
    g.message(1, node("ReduceMin", "next", "least", n -> n.attribute("keepdims", 0)))
        .constant("limit", new float[] {31})
        .message(1, node("Less", "least,limit", "goes on"));
  }

  @Test
  void roundsAreCounted() throws IOException {
    var model = sums("m,go,s0", OnnxLoopTest::always);
    // Twice, as arrays of the first run must not be written again.
    for (int turn = 0; turn < 2; turn++) {
      var found = model.run(given(3, true));
      assertThat(found.get("last").floats()).containsExactly(31, 62);
      assertThat(found.get("all").shape()).containsExactly(3, 2);
      assertThat(found.get("all").floats()).containsExactly(11, 22, 21, 42, 31, 62);
      assertThat(found.get("doubled").floats()).containsExactly(22, 44, 42, 84, 62, 124);
    }
    var none = model.run(given(0, true));
    assertThat(none.get("last").floats()).containsExactly(1, 2);
    assertThat(none.get("doubled").shape()).containsExactly(0, 2);
    assertThat(model.run(given(7, false)).get("last").floats()).containsExactly(1, 2);
  }

  @Test
  void aConditionEndsIt() throws IOException {
    assertThat(sums("m,go,s0", OnnxLoopTest::limited).run(given(100, true)).get("last").floats())
        .containsExactly(31, 62);
    assertThat(sums(",go,s0", OnnxLoopTest::limited).run(given(0, true)).get("last").floats())
        .containsExactly(31, 62);
    assertThat(sums("m,go,s0", OnnxLoopTest::limited).run(given(2, true)).get("last").floats())
        .containsExactly(21, 42);
    // Without a condition of the node, what the body says does not count.
    assertThat(sums("m,,s0", OnnxLoopTest::limited).run(given(5, false)).get("last").floats())
        .containsExactly(51, 102);
  }

  @Test
  void aLoopWithoutEndEnds() throws IOException {
    var body = ModelBytes.message(g -> g.value(11, "i").value(11, "c").value(11, "s")
        .value(12, "c").value(12, "s"));
    var model = OnnxModel.read(ModelBytes.model(18, g -> g
        .message(1, node("Loop", ",go,go", "last", n -> n.attribute("body", body)))
        .value(11, "go", 9).value(12, "last")));
    assertThatThrownBy(() -> model.run(Map.of("go", OnnxTensor.of(new boolean[] {true}))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("10000000 rounds");
  }

  /// Each stream goes on as long as it wants.
  @Test
  void streamsMayEndApart() throws IOException {
    var model = sums("m,go,s0", OnnxLoopTest::limited);
    var given = given(9, true);
    given.put("s0", OnnxTensor.of(new float[] {1, 2, 25, 0, 40, 40}, 3, 2));
    assertThatThrownBy(() -> model.runStreams(3, given))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("different shapes");
    given.put("s0", OnnxTensor.of(new float[] {1, 2, 2, 0, 3, 1}, 3, 2));
    var found = model.runStreams(3, given);
    assertThat(found.get("last").floats()).containsExactly(31, 62, 32, 60, 33, 61);
    assertThat(found.get("all").shape()).containsExactly(3, 3, 2);
    assertThat(found.get("all").floats()).startsWith(11, 22, 21, 42, 31, 62, 12, 20);
  }

  /// `s' = a s + x y` over two sequences, of which one runs backwards along its last axis.
  private static OnnxModel scan(Consumer<ModelBytes> attributes) throws IOException {
    var body = ModelBytes.message(g -> g.message(1, node("Mul", "a,s", "as"))
        .message(1, node("Mul", "x,y", "xy")).message(1, node("Add", "as,xy", "next"))
        .message(1, node("Identity", "next", "kept")).message(1, node("Neg", "xy", "less"))
        .message(1, node("Add", "n,n", "nn"))
        .value(11, "s").value(11, "n").value(11, "x").value(11, "y")
        .value(12, "next").value(12, "nn").value(12, "kept").value(12, "less"));
    return OnnxModel.read(ModelBytes.model(11, g -> g
        .message(1, node("Scan", "s0,n0,xs,ys", "last,power,all,products", n -> {
          n.attribute("body", body).attribute("num_scan_inputs", 2);
          attributes.accept(n);
        }))
        .value(11, "a", 1, 1).value(11, "s0", 1, 2).value(11, "n0", 1, 1).value(11, "xs", 1, 3, 2)
        .value(11, "ys", 1, 2, 3)
        .value(12, "last").value(12, "power").value(12, "all").value(12, "products")));
  }

  private static Map<String, OnnxTensor> sequences() {
    return Map.of("a", numbers(2), "s0", numbers(1, 1), "n0", numbers(1),
        "xs", OnnxTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2),
        "ys", OnnxTensor.of(new float[] {1, 2, 3, -1, -2, -3}, 2, 3));
  }

  @Test
  void sequencesAreScanned() throws IOException {
    var model = scan(n -> n.ints("scan_input_axes", 0, -1).ints("scan_input_directions", 0, 1)
        .ints("scan_output_axes", 1, 0).ints("scan_output_directions", 0, 1));
    for (int turn = 0; turn < 2; turn++) {
      var found = model.run(sequences());
      // y is read from behind: 3 −3, 2 −2, 1 −1
      assertThat(found.get("products").floats()).containsExactly(-5, 6, -6, 8, -3, 6);
      assertThat(found.get("last").floats()).containsExactly(37, -38);
      assertThat(found.get("all").shape()).containsExactly(2, 3);
      assertThat(found.get("all").floats()).containsExactly(5, 16, 37, -4, -16, -38);
      assertThat(found.get("power").floats()).containsExactly(8);
    }
  }

  @Test
  void streamsAreScannedTogether() throws IOException {
    var model = scan(n -> n.ints("scan_input_axes", 0, 1).ints("scan_output_axes", 1, 0));
    var given = new LinkedHashMap<>(sequences());
    var one = model.run(given);
    given.put("s0", OnnxTensor.of(new float[] {1, 1, 0, 2}, 2, 2));
    var both = model.runStreams(2, given);
    for (var name : one.keySet()) {
      assertThat(both.get(name).size()).isEqualTo(2 * one.get(name).size());
      assertThat(both.get(name).floats()).as(name).startsWith(one.get(name).floats());
    }
    given.put("s0", numbers(0, 2));
    var other = model.run(given);
    assertThat(both.get("all").floats()).endsWith(other.get("all").floats());
  }

  @Test
  void lengthsMustAgree() throws IOException {
    var model = scan(_ -> {});
    assertThatThrownBy(() -> model.run(sequences()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the Scan")
        .hasMessageContaining("with 2 steps");
    assertThatThrownBy(() -> scan(n -> n.ints("scan_input_axes", 0)))
        .isInstanceOf(FormatException.class).hasMessageContaining("scan_input_axes");
  }

  /// A loop in a loop in a condition reads what is defined outside of all of them.
  @Test
  void graphsWithinGraphsSeeOuterNames() throws IOException {
    var inner = ModelBytes.message(g -> g.message(1, node("Add", "t,x", "u"))
        .value(11, "k").value(11, "d").value(11, "t").value(12, "d").value(12, "u"));
    var outer = ModelBytes.message(g -> g
        .message(1, node("Loop", "m,,s", "r", n -> n.attribute("body", inner)))
        .value(11, "i").value(11, "c").value(11, "s").value(12, "c").value(12, "r"));
    var then = ModelBytes.message(g -> g
        .message(1, node("Loop", "m,,x", "y1", n -> n.attribute("body", outer)))
        .value(12, "y1"));
    var otherwise = ModelBytes.message(g -> g.value(12, "x"));
    var model = OnnxModel.read(ModelBytes.model(18, g -> g
        .message(1, node("If", "go", "y", n -> n.attribute("then_branch", then)
            .attribute("else_branch", otherwise)))
        .value(11, "m", 7).value(11, "go", 9).value(11, "x", 1, 1).value(12, "y")));
    for (var go : new boolean[] {true, false, true}) {
      var found = model.run(Map.of("m", number(3), "x", numbers(2), "go",
          OnnxTensor.of(new boolean[] {go})));
      assertThat(found.get("y").floats()).containsExactly(go ? 20 : 2);
    }
  }
}
