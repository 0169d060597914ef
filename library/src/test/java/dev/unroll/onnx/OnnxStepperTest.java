package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

/// Keys in turns through a model with a place for one sample give the bits that each gives alone.
class OnnxStepperTest {
  private static final int F = 3;
  private static final int H = 5;

  /// A convolution and an LSTM whose state is one array `[2, 1, H]`, as in Silero VAD.
  private static OnnxModel model(String state, String next) throws IOException {
    var random = new Random(5);
    return OnnxModel.read(ModelBytes.model(18, g -> {
      constant(g, "k", random, 4, 1, 2);
      constant(g, "W", random, 1, 4 * H, 8);
      constant(g, "R", random, 1, 4 * H, H);
      constant(g, "B", random, 1, 8 * H);
      constant(g, "D", random, H, 2);
      node(g, "Unsqueeze", "x,one", "x3").node(g, "Conv", "x3,k", "y4")
          .node(g, "Reshape", "y4,row", "seq");
      g.message(1, ModelBytes.message(n -> n.text(1, state).text(2, "h.0").text(2, "c.0")
          .text(4, "Split").attribute("axis", 0)));
      g.message(1, ModelBytes.message(n -> n.text(1, "seq").text(1, "W").text(1, "R").text(1, "B")
          .text(1, "").text(1, "h.0").text(1, "c.0").text(2, "").text(2, "h2").text(2, "c2")
          .text(4, "LSTM").attribute("hidden_size", H)));
      g.message(1, ModelBytes.message(n -> n.text(1, "h2").text(1, "c2").text(2, next)
          .text(4, "Concat").attribute("axis", 0)));
      g.message(1, ModelBytes.message(n -> n.text(1, "h2").text(2, "flat").text(4, "Squeeze")
          .ints("axes", 0)));
      node(g, "MatMul", "flat,D", "logits").node(g, "Sigmoid", "logits", "p");
      g.message(5, longs("one", 1)).message(5, longs("row", 1, 1, 8));
      g.value(11, "x", 1, 1, F).value(11, state, 1, 2, 1, H).value(12, "p", 1, 1, 2)
          .value(12, next, 1, 2, 1, H);
    }));
  }

  private record Nodes() {
    Nodes node(ModelBytes g, String operator, String inputs, String output) {
      g.message(1, ModelBytes.message(n -> {
        for (var input : inputs.split(",")) {
          n.text(1, input);
        }
        n.text(2, output).text(4, operator);
      }));
      return this;
    }
  }

  private static Nodes node(ModelBytes g, String operator, String inputs, String output) {
    return new Nodes().node(g, operator, inputs, output);
  }

  private static ModelBytes longs(String name, long... values) {
    return ModelBytes.message(t -> {
      t.number(1, values.length).number(2, 7).text(8, name);
      for (long value : values) {
        t.number(7, value);
      }
    });
  }

  private static void constant(ModelBytes g, String name, Random random, int... shape) {
    int size = 1;
    for (int each : shape) {
      size *= each;
    }
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    g.constant(name, values, shape);
  }

  /// Parts along each axis, and put together again.
  @Test
  void tensorsAreCutAndPutTogether() {
    var all = new float[24];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    var tensor = OnnxTensor.of(all, 2, 3, 4);
    for (int axis = 0; axis < 3; axis++) {
      int n = tensor.shape()[axis];
      var parts = List.of(tensor.slice(axis, 0, 1), tensor.slice(axis, 1, 1),
          tensor.slice(axis, 1, n));
      var again = OnnxTensor.concatenated(axis, parts);
      assertThat(again.shape()).containsExactly(2, 3, 4);
      assertThat(again.floats()).containsExactly(all);
    }
    assertThat(tensor.slice(1, 1, 2).floats()).containsExactly(4, 5, 6, 7, 16, 17, 18, 19);
    var longs = OnnxTensor.stacked(List.of(OnnxTensor.of(new long[] {1, 2}, 2),
        OnnxTensor.of(new long[] {3, 4}, 2)));
    assertThat(longs.shape()).containsExactly(2, 2);
    assertThat(longs.longs()).containsExactly(1, 2, 3, 4);
    assertThatThrownBy(() -> tensor.slice(3, 0, 1)).hasMessageContaining("has no axis 3");
    assertThatThrownBy(() -> tensor.slice(1, 2, 4))
        .hasMessageContaining("entries 2 to 4 of axis 1");
    assertThatThrownBy(() -> OnnxTensor.concatenated(0, List.of(tensor, longs)))
        .hasMessage("float32 [2, 3, 4] and int64 [2, 2] cannot stand one after the other along"
            + " axis 0");
  }

  @Test
  void statesAreSeenByName() throws IOException {
    for (var names : List.of(List.of("state", "stateN"), List.of("h0", "hn"), List.of("h", "h_n"),
        List.of("state_in", "state_out"), List.of("past_state", "present_state"),
        List.of("h_prev", "h_new"))) {
      assertThat(model(names.get(0), names.get(1)).states()).as(names.toString())
          .containsExactly(Map.entry(names.get(0), names.get(1)));
    }
    // The names of Silero VAD's audio and probability, which were taken for a state.
    assertThat(model("input", "output").states()).isEmpty();
    var unknown = model("input_3", "stacked");
    assertThat(unknown.states()).isEmpty();
    assertThatThrownBy(() -> new OnnxStepper(unknown))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("name the pairs");
    assertThat(new OnnxStepper(unknown, Map.of("input_3", "stacked")).pairs()).hasSize(1);
    assertThatThrownBy(() -> new OnnxStepper(unknown, Map.of("input_3", "other")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no output other");
  }

  /// The 0 of `layer0` once counted as a word that says before, so that none of our own states was
  /// seen.
  @Test
  void statesOfOurOwnExportsAreSeen() throws IOException {
    var stack = RecurrentStack.of(Lstm.cell(), 4).layers(2);
    var model = LanguageModel.parts(9, 5, stack, 1).initialized();
    var states = OnnxModel.read(OnnxExport.of(model).withStates().toBytes().getFirst()).states();
    assertThat(states).hasSize(4).containsEntry("layer0_h", "layer0_h_next")
        .containsEntry("layer1_c", "layer1_c_next");
    var decoder = EncoderDecoder.of(Inputs.symbols(7, 4), RecurrentStack.of(Gru.cell(), 4),
        RecurrentStack.of(Gru.cell(), 4), Outputs.symbols(6)).initialized();
    var part = OnnxModel.read(OnnxExport.of(decoder).toBytes().getLast());
    var given = part.inputs().stream().map(OnnxValue::name).toList();
    var followed = part.outputs().stream().map(OnnxValue::name)
        .filter(name -> name.endsWith("_next")).toList();
    assertThat(part.states().values()).isNotEmpty().containsExactlyInAnyOrderElementsOf(followed);
    assertThat(given).containsAll(part.states().keySet());
  }

  @Test
  void aWordWithinANameIsPartOfIt() {
    assertThat(pairs(List.of("h", "h_0", "audio"), List.of("h_0_next", "h_next", "y")))
        .containsExactly(Map.entry("h", "h_next"), Map.entry("h_0", "h_0_next"));
    assertThat(pairs(List.of("rnn_in_h"), List.of("rnn_out_h"))).hasSize(1);
    assertThat(pairs(List.of("layer0_h"), List.of("layer1_h"))).isEmpty();
    assertThat(pairs(List.of("last_x_h"), List.of("h"))).isEmpty();
    assertThat(pairs(List.of("input_1"), List.of("output_1"))).isEmpty();
    assertThat(pairs(List.of("input"), List.of("output"))).isEmpty();
  }

  private static Map<String, String> pairs(List<String> inputs, List<String> outputs) {
    return StatePairs.of(values(inputs), values(outputs));
  }

  private static List<OnnxValue> values(List<String> names) {
    return names.stream()
        .map(name -> new OnnxValue(name, "float32", Optional.of(List.of("1", "4")), false))
        .toList();
  }

  /// 1,000 keys, events in random order, some keys several times in a call, calls of all sizes.
  @Test
  void keysInTurnsGiveTheBitsOfEachAlone() throws IOException {
    var together = new OnnxStepper(model("state", "stateN"));
    var alone = new OnnxStepper(model("state", "stateN"));
    KeyedStates<Integer> states = together.newStates();
    var expected = new HashMap<Integer, State>();
    var random = new Random(9);
    for (int call = 0; call < 12; call++) {
      int n = call == 5 ? 1000 : 1 + random.nextInt(150);
      var keys = new ArrayList<Integer>();
      var x = new float[n * F];
      for (int i = 0; i < n; i++) {
        keys.add(call == 5 ? i : random.nextInt(1000));
      }
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextFloat(-2, 2);
      }
      var found = together.step(states, keys, Map.of("x", OnnxTensor.of(x, n, 1, F)));
      assertThat(found).containsOnlyKeys("p");
      assertThat(found.get("p").shape()).containsExactly(n, 1, 2);
      for (int i = 0; i < n; i++) {
        var one = alone.step(
            Map.of("x", OnnxTensor.of(java.util.Arrays.copyOfRange(x, i * F, (i + 1) * F), 1, F)),
            expected.getOrDefault(keys.get(i), alone.initial()));
        expected.put(keys.get(i), one.state());
        var p = found.get("p").floats();
        assertThat(one.outputs().get("p").floats()).as("call %d, event %d", call, i)
            .containsExactly(p[2 * i], p[2 * i + 1]);
      }
    }
    assertThat(states.size()).isEqualTo(1000);
    expected.forEach((key, state) -> assertThat(states.get(key)).isEqualTo(state));
    var copy = State.fromBytes(alone.layout(), expected.get(7).toBytes());
    assertThat(copy).isEqualTo(expected.get(7));
  }

  /// Keys are stepped 64 at a time: where one of the later ones could not be, those before it had
  /// new states, and a second call stepped them twice.
  @Test
  void aCallThatFailsChangesNoState() throws IOException {
    var model = OnnxModel.read(ModelBytes.model(18, g -> {
      g.constant("table", new float[] {1, 2, 3}, 3);
      node(g, "Gather", "table,x", "y").node(g, "Add", "y,h", "hn");
      g.value(11, "x", 7, 1).value(11, "h", 1, 1).value(12, "y").value(12, "hn", 1, 1);
    }));
    var stepper = new OnnxStepper(model, Map.of("h", "hn"));
    var states = stepper.<Integer>newStates();
    var keys = new ArrayList<Integer>();
    var places = new long[71];
    for (int i = 0; i < 70; i++) {
      keys.add(i);
      places[i] = i % 3;
    }
    keys.add(2); // once more, with what its first step has left
    stepper.step(states, keys, Map.of("x", OnnxTensor.of(places, 71, 1)));
    assertThat(states.get(1).values("h")).containsExactly(2);
    assertThat(states.get(2).values("h")).containsExactly(4);
    places[69] = 5;
    assertThatThrownBy(() -> stepper.step(states, keys, Map.of("x",
        OnnxTensor.of(places, 71, 1)))).isInstanceOf(IllegalArgumentException.class);
    assertThat(states.get(1).values("h")).containsExactly(2);
    assertThat(states.get(2).values("h")).containsExactly(4);
    var none = stepper.<Integer>newStates();
    assertThatThrownBy(() -> stepper.step(none, keys, Map.of("x",
        OnnxTensor.of(places, 71, 1)))).isInstanceOf(IllegalArgumentException.class);
    assertThat(none.size()).isZero();
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    var stepper = new OnnxStepper(model("state", "stateN"));
    var x = OnnxTensor.of(new float[2 * F], 2, 1, F);
    assertThatThrownBy(() -> stepper.step(stepper.newStates(), List.of(1, 2, 3), Map.of("x", x)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one for each key");
    assertThatThrownBy(() -> stepper.step(stepper.newStates(), List.of(1, 2),
        Map.of("x", x, "state", x))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a state");
    var other = new OnnxStepper(model("h", "hn"));
    assertThatThrownBy(() -> stepper.step(other.newStates(), List.of(1, 2), Map.of("x", x)))
        .isInstanceOf(StateException.class).hasMessageContaining("another model");
    assertThatThrownBy(() -> stepper.step(Map.of(), other.initial()))
        .isInstanceOf(StateException.class);
    assertThatThrownBy(() -> stepper.step(stepper.newStates(), List.of(), Map.of("x", x)))
        .isInstanceOf(StateException.class).hasMessageContaining("0 keys");
  }

  /// A null array was a NullPointerException, one array twice got the state of the last alone, and
  /// a null key was not named.
  @Test
  void statesOfTheCallerAreChecked() throws IOException {
    var stepper = new OnnxStepper(model("state", "stateN"));
    var x = Map.of("x", OnnxTensor.of(new float[2 * F], 2, 1, F));
    int size = stepper.layout().size();
    var state = new float[size];
    assertRefused(() -> stepper.step(2, new float[][] {state, null}, x),
        "state 1 of 2 is null, expected %d numbers: state".formatted(size));
    assertRefused(() -> stepper.step(2, new float[][] {state}, x), "1 states, expected 2");
    assertRefused(() -> stepper.step(0, new float[][] {state}, x),
        "0 sequences, expected at least one");
    assertRefused(() -> stepper.step(-1, new float[][] {state}, x), "-1 sequences");
    assertRefused(() -> stepper.step(2, new float[][] {state, state}, x),
        "states 0 and 1 are the same array, expected one for each sequence");
    assertRefused(() -> stepper.step(2, new float[][] {state, new float[size - 1]}, x),
        "state 1 has %d numbers, expected %d".formatted(size - 1, size));
    assertRefused(() -> stepper.step(stepper.newStates(), Arrays.asList(7, null), x),
        "key 1 of 2 is null; leave out");
    assertThat(state).containsOnly(0);
  }

  private static void assertRefused(ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(StateException.class).hasMessageContaining(message);
  }

  /// Both states got what one output gave.
  @Test
  void anOutputGoesIntoOneState() throws IOException {
    var model = OnnxModel.read(ModelBytes.model(18, g -> {
      node(g, "Add", "h,c", "hn").node(g, "Add", "c,x", "cn");
      g.value(11, "x", 1, 1).value(11, "h", 1, 1).value(11, "c", 1, 1).value(12, "hn", 1, 1)
          .value(12, "cn", 1, 1);
    }));
    var pairs = new LinkedHashMap<>(Map.of("h", "hn"));
    pairs.put("c", "hn");
    assertThatThrownBy(() -> new OnnxStepper(model, pairs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the output hn is given more than once, for the states h and c; each has one of"
            + " its own");
  }
}
