package dev.unroll.app.onnx;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The axis along which the inputs and outputs of a model are divided. Values for which the model
/// names it have it where that name stands, others where it was given.
///
/// @param axis from 0
/// @param names of the axis in the model; empty if it names none
/// @param size the number that the model says for it; empty if any will do
record ChunkAxis(int axis, Set<String> names, String size) {
  /// Names of the axis of time, in small letters alone.
  private static final Set<String> TIME = Set.of("time", "times", "t", "timestep", "timesteps",
      "step", "steps", "seq", "seqlen", "seqlength", "sequence", "sequences", "sequencelen",
      "sequencelength", "len", "length", "frame", "frames", "numframes", "numsteps");

  /// The axis of the inputs that are given.
  ///
  /// @param axis as it was given; negative for the one that the model calls time
  /// @param size of a chunk with its context
  /// @throws IllegalArgumentException one sentence, if the model names no axis of time, or a state
  ///     has the axis too: what is divided along it are other sequences
  static ChunkAxis of(OnnxModel model, Map<String, OnnxTensor> given,
      SequencedMap<String, String> states, int axis, int size) {
    var inputs = model.inputs().stream().filter(input -> given.containsKey(input.name())
        && !states.containsKey(input.name())).toList();
    int chosen = axis < 0 ? time(model, inputs) : axis;
    var names = new LinkedHashSet<String>();
    var said = "";
    boolean unnamed = false;
    OnnxValue refused = null;
    for (var input : inputs) {
      var name = entry(input, chosen);
      if (isName(name)) {
        if (state(model, states, name) == null) {
          names.add(name);
        } else if (refused == null) {
          refused = input;
        }
      } else if (name.equals(Integer.toString(size))) {
        said = name;
      } else {
        unnamed |= name.equals("?")
            && requireNonNull(given.get(input.name())).shape().length > chosen;
      }
    }
    if (refused != null && names.isEmpty() && said.isEmpty() && !unnamed) {
      throw shared(model, states, inputs, refused, chosen);
    }
    var times = new LinkedHashSet<>(names);
    times.removeIf(name -> !isTime(name));
    return new ChunkAxis(chosen, times.isEmpty() ? names : times, names.isEmpty() ? said : "");
  }

  private static int time(OnnxModel model, List<OnnxValue> inputs) {
    var places = places(inputs);
    if (places.size() != 1) {
      throw new IllegalArgumentException(
          ("--axis is missing: the inputs that are given have %s axis"
              + " of time by name, such as time or sequence; give the axis to divide, from 0;"
              + " inputs are %s").formatted(places.isEmpty() ? "no" : "more than one",
                  model.inputs()));
    }
    return places.getFirst();
  }

  /// Where the axis of time is, once for each name that it has.
  private static List<Integer> places(List<OnnxValue> inputs) {
    SequencedSet<String> names = new LinkedHashSet<>();
    var places = new ArrayList<Integer>();
    for (var input : inputs) {
      var shape = input.shape().orElse(List.of());
      for (int i = 0; i < shape.size(); i++) {
        if (isTime(shape.get(i)) && names.add(shape.get(i))) {
          places.add(i);
        }
      }
    }
    return places;
  }

  private static IllegalArgumentException shared(OnnxModel model,
      SequencedMap<String, String> states, List<OnnxValue> inputs, OnnxValue input, int axis) {
    var name = entry(input, axis);
    var places = places(inputs);
    return new IllegalArgumentException(("--axis %d is the axis %s of input %s, which the state %s"
        + " has too: states would go from one sequence into another; %s").formatted(axis, name,
            input, state(model, states, name), places.size() == 1
                ? "leave --axis out to divide along time, axis " + places.getFirst()
                : "give the axis of time"));
  }

  /// A state that has an axis of this name.
  private static @Nullable OnnxValue state(OnnxModel model, SequencedMap<String, String> states,
      String name) {
    return model.inputs().stream().filter(input -> states.containsKey(input.name())
        && input.shape().orElse(List.of()).contains(name)).findFirst().orElse(null);
  }

  /// Where an input has the axis; negative if it does not.
  int ofInput(OnnxValue input, int axes) {
    int named = named(input);
    if (named >= 0) {
      return named < axes ? named : -1;
    }
    var name = entry(input, axis);
    return axis < axes && (name.equals("?") || !size.isEmpty() && name.equals(size)) ? axis : -1;
  }

  /// Where an output has the axis; negative if it does not. A size that is fixed for chunks of any
  /// size has nothing to do with them, but for 1, which is an answer for each chunk.
  int ofOutput(OnnxModel model, OnnxValue output, int axes) {
    int named = named(output);
    if (named >= 0) {
      return named < axes ? named : -1;
    }
    var name = entry(output, axis);
    boolean hasIt = isName(name)
        ? model.inputs().stream().noneMatch(i -> i.shape().orElse(List.of()).contains(name))
        : name.equals("?") || name.equals("1") || !size.isEmpty();
    return axis < axes && hasIt ? axis : -1;
  }

  private int named(OnnxValue value) {
    var shape = value.shape().orElse(List.of());
    for (int i = 0; i < shape.size(); i++) {
      if (names.contains(shape.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /// What the model says of an axis: a number, a name, or `?`.
  private static String entry(OnnxValue value, int axis) {
    var shape = value.shape();
    return shape.isEmpty() ? "?" : axis < shape.get().size() ? shape.get().get(axis) : "";
  }

  /// Whether an axis has a name of its own; `?` says that it has none.
  static boolean isName(String entry) {
    return !entry.isEmpty() && !entry.equals("?") && !entry.matches("\\d+");
  }

  private static boolean isTime(String name) {
    return isName(name) && TIME.contains(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""));
  }

  /// The sizes that the named axes of inputs have.
  static Map<String, Integer> sizes(OnnxModel model, Map<String, OnnxTensor> given) {
    var sizes = new LinkedHashMap<String, Integer>();
    for (var input : model.inputs()) {
      var tensor = given.get(input.name());
      var names = input.shape().orElse(List.of());
      for (int i = 0; tensor != null && i < Math.min(names.size(), tensor.shape().length); i++) {
        if (isName(names.get(i))) {
          sizes.putIfAbsent(names.get(i), tensor.shape()[i]);
        }
      }
    }
    return sizes;
  }
}
