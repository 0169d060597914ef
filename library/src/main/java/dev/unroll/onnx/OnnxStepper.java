package dev.unroll.onnx;

import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.tensor.guard.OneCaller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/// Runs an ONNX model step by step whose outputs go into its inputs: the states are given and
/// returned at each call, for one key or for thousands.
///
/// ```java
/// var stepper = new OnnxStepper(OnnxModel.load(Path.of("silero_vad.onnx")));
/// var states = stepper.<String>newStates();
/// var outputs = stepper.step(states, List.of("alice", "bob"), Map.of("input", chunks, "sr", rate));
/// ```
///
/// Keys do not influence each other: each gets the same bits as if it were stepped alone. A key
/// that occurs several times in a call is stepped several times, in order. The model needs no axis
/// of samples. States are those of [dev.unroll.layer.stepping.Stepper]: versioned bytes, keys that
/// expire.
///
/// Used by one caller at a time, who leaves the model alone meanwhile.
public final class OnnxStepper {
  private final OneCaller caller =
      new OneCaller("OnnxStepper", "give each thread a stepper and a model of its own");
  private final OnnxModel model;
  private final SequencedMap<String, String> pairs = new LinkedHashMap<>();
  private final State.Layout layout;
  private final StateTensors tensors;

  /// A stepper for the states that the model itself shows ([OnnxModel#states]).
  ///
  /// @throws IllegalArgumentException if it shows none; name them then
  public OnnxStepper(OnnxModel model) {
    this(model, model.states());
  }

  /// A stepper for these states.
  ///
  /// @param pairs the names of inputs, each with the output that goes into it at the next step
  /// @throws IllegalArgumentException if there is no such input or output, an output goes into two
  ///     inputs, or an input is not of type float32 or has a shape that is not known; axes of any
  ///     size have one place
  public OnnxStepper(OnnxModel model, Map<String, String> pairs) {
    this.model = model;
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException(("no output of the model is seen to go into an input; name"
          + " the pairs: inputs are %s, outputs %s").formatted(model.inputs(), model.outputs()));
    }
    var shapes = new HashMap<String, int[]>();
    var parts = new ArrayList<State.Layout.Part>();
    int offset = 0;
    var inputs = new HashMap<String, String>();
    for (var pair : pairs.entrySet()) {
      var input = named(model.inputs(), pair.getKey(), "input");
      named(model.outputs(), pair.getValue(), "output");
      var other = inputs.put(pair.getValue(), pair.getKey());
      if (other != null) {
        throw new IllegalArgumentException(("the output %s is given more than once, for the states"
            + " %s and %s; each has one of its own")
            .formatted(pair.getValue(), other, pair.getKey()));
      }
      int[] shape = shape(input);
      long size = 1;
      for (int each : shape) {
        size *= each;
      }
      if (!input.type().equals("float32") || size < 1 || size + offset > 1 << 28) {
        throw new IllegalArgumentException(
            "the state %s cannot be kept, expected float32 of a few numbers".formatted(input));
      }
      this.pairs.put(pair.getKey(), pair.getValue());
      shapes.put(pair.getKey(), shape);
      parts.add(new State.Layout.Part(pair.getKey(), offset, (int) size));
      offset += (int) size;
    }
    layout = State.Layout.of("onnx %s %s %s %s ".formatted(model.inputs(), model.outputs(),
        new TreeMap<>(model.operators()), this.pairs), parts);
    tensors = new StateTensors(layout, this.pairs, shapes);
  }

  private static OnnxValue named(List<OnnxValue> values, String name, String kind) {
    return values.stream().filter(value -> value.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "there is no %s %s; there are %s".formatted(kind, name, values)));
  }

  private static int[] shape(OnnxValue input) {
    var sizes = input.shape().orElseThrow(() -> new IllegalArgumentException(
        "the model does not say which shape the state %s has, so it cannot be stepped"
            .formatted(input.name())));
    return sizes.stream().mapToInt(size -> size.matches("\\d{1,9}") ? Integer.parseInt(size) : 1)
        .toArray();
  }

  /// The states: inputs, each with the output that goes into it at the next step.
  public SequencedMap<String, String> pairs() {
    return new LinkedHashMap<>(pairs);
  }

  /// The layout of a state of this model.
  public State.Layout layout() {
    return layout;
  }

  /// The initial state of a sequence: zeros.
  public State initial() {
    return State.initial(layout);
  }

  /// Returns an empty table of keys, each of which will have a state of this model.
  public <K> KeyedStates<K> newStates() {
    return new KeyedStates<>(layout);
  }

  /// One step of one key.
  ///
  /// @param inputs those of the model without the states
  /// @param from the state before, unchanged
  /// @return the outputs without the states, and the state after
  /// @throws StateException if the state is that of another model
  /// @throws IllegalArgumentException as from [OnnxModel#run]
  public Step step(Map<String, OnnxTensor> inputs, State from) {
    if (from.layout().fingerprint() != layout.fingerprint()) {
      throw wrong(from.layout());
    }
    caller.enter();
    try {
      var given = new LinkedHashMap<>(refused(inputs));
      given.putAll(tensors.inputs(from));
      var outputs = model.run(given);
      return new Step(tensors.without(outputs), State.of(layout, tensors.after(outputs, 0)));
    } finally {
      caller.leave();
    }
  }

  /// What a step gives.
  ///
  /// @param outputs by name, in order, without the states
  /// @param state the state after
  public record Step(SequencedMap<String, OnnxTensor> outputs, State state) {}

  /// One step of each of these keys; new keys begin with zeros.
  ///
  /// @param states the states of all keys
  /// @param keys n of them; one that occurs again is stepped again
  /// @param inputs those of the model without the states, with one more axis in front, an entry for
  ///     each key; an input without it is the same for all
  /// @return the outputs by name, in order, without the states, with an entry for each key in front
  /// @throws StateException if the states are those of another model, or a key is null
  /// @throws IllegalArgumentException as from [OnnxModel#runStreams]; whatever is thrown, no state
  ///     has changed
  public <K> SequencedMap<String, OnnxTensor> step(KeyedStates<K> states, List<? extends K> keys,
      Map<String, OnnxTensor> inputs) {
    if (states.layout().fingerprint() != layout.fingerprint()) {
      throw wrong(states.layout());
    }
    if (keys.isEmpty()) {
      throw new StateException("0 keys, expected at least one");
    }
    int missing = 0;
    for (var key : keys) {
      if (key == null) {
        throw new StateException(
            "key %d of %d is null; leave out what belongs to no key, or give it a key of its own"
                .formatted(missing, keys.size()));
      }
      missing++;
    }
    caller.enter();
    try {
      int n = keys.size();
      var call = new SteppedStreams(model, tensors, n, inputs, stacked(inputs, n));
      // Kept until all have been stepped: a call that fails changes nothing.
      var after = new LinkedHashMap<K, float[]>();
      for (int first = 0; first < n;) {
        var part = keys.subList(first, first + apart(keys, first));
        var stepped = call.step(first, part.size(), i -> before(states, after, part.get(i)));
        for (int i = 0; i < stepped.length; i++) {
          after.put(part.get(i), stepped[i]);
        }
        first += stepped.length;
      }
      after.forEach((key, values) -> states.put(key, State.of(layout, values)));
      return call.outputs();
    } finally {
      caller.leave();
    }
  }

  private <K> float[] before(KeyedStates<K> states, Map<K, float[]> after, K key) {
    var stepped = after.get(key);
    if (stepped != null) {
      return stepped;
    }
    var state = states.get(key);
    return state == null ? new float[layout.size()] : state.toArray();
  }

  /// One step of n sequences whose states lie in arrays of the caller, as where an engine keeps
  /// them.
  ///
  /// @param n at least 1
  /// @param states n different arrays of [#layout]`.size()` floats each: the states before, and
  ///     then those after; none changes if a run fails
  /// @param inputs as for keys
  /// @return the outputs as for keys
  /// @throws StateException if there are fewer, one is null or has another size, or two are the
  ///     same array
  /// @throws IllegalArgumentException as from [OnnxModel#runStreams]
  public SequencedMap<String, OnnxTensor> step(int n, float[][] states,
      Map<String, OnnxTensor> inputs) {
    require(n, states);
    caller.enter();
    try {
      var call = new SteppedStreams(model, tensors, n, inputs, stacked(inputs, n));
      var after = new float[n][];
      for (int first = 0; first < n; first += SteppedStreams.MOST) {
        int begin = first;
        var stepped = call.step(first, Math.min(n - first, SteppedStreams.MOST),
            i -> states[begin + i]);
        System.arraycopy(stepped, 0, after, first, stepped.length);
      }
      for (int i = 0; i < n; i++) {
        System.arraycopy(after[i], 0, states[i], 0, after[i].length);
      }
      return call.outputs();
    } finally {
      caller.leave();
    }
  }

  private void require(int n, float[][] states) {
    if (n < 1) {
      throw new StateException("%d sequences, expected at least one".formatted(n));
    }
    if (states.length < n) {
      throw new StateException("%d states, expected %d".formatted(states.length, n));
    }
    var places = new IdentityHashMap<float[], Integer>();
    for (int i = 0; i < n; i++) {
      if (states[i] == null) {
        throw new StateException("state %d of %d is null, expected %d numbers: %s"
            .formatted(i, n, layout.size(), layout));
      }
      if (states[i].length != layout.size()) {
        throw new StateException("state %d has %d numbers, expected %d: %s"
            .formatted(i, states[i].length, layout.size(), layout));
      }
      var before = places.put(states[i], i);
      if (before != null) {
        throw new StateException(("states %d and %d are the same array, expected one for each"
            + " sequence; step one after the other").formatted(before, i));
      }
    }
  }

  private StateException wrong(State.Layout other) {
    return new StateException(
        "the states are those of another model: %s, expected %s".formatted(other, layout));
  }

  private Map<String, OnnxTensor> refused(Map<String, OnnxTensor> inputs) {
    for (var name : inputs.keySet()) {
      if (pairs.containsKey(name)) {
        throw new IllegalArgumentException(
            "the input %s is a state, which the stepper gives".formatted(name));
      }
    }
    return inputs;
  }

  /// How many keys from the first on are all different, and can be stepped at once.
  private static int apart(List<?> keys, int first) {
    var seen = new HashSet<Object>();
    int most = Math.min(keys.size() - first, SteppedStreams.MOST);
    int count = 0;
    while (count < most && seen.add(keys.get(first + count))) {
      count++;
    }
    return count;
  }

  private Set<String> stacked(Map<String, OnnxTensor> inputs, int count) {
    var stacked = new HashSet<String>();
    for (var input : refused(inputs).entrySet()) {
      var shape = named(model.inputs(), input.getKey(), "input").shape();
      int[] found = input.getValue().shape();
      if (shape.isPresent() && found.length == shape.get().size() + 1) {
        if (found[0] != count) {
          throw new IllegalArgumentException("the input %s is %s, expected %d along the first axis,"
              .formatted(input.getKey(), input.getValue(), count) + " one for each key");
        }
        stacked.add(input.getKey());
      }
    }
    return stacked;
  }

  @Override
  public String toString() {
    return "OnnxStepper(%s)".formatted(pairs);
  }
}
