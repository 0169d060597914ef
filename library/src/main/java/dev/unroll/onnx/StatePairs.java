package dev.unroll.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiPredicate;

/// Finds the outputs of a model that are meant to go into its inputs, by type, shape and name:
/// `state` and `stateN`, `h0` and `hn`, `h_in` and `h_out`, `past` and `present`.
final class StatePairs {
  private static final Set<String> BEFORE =
      Set.of("in", "input", "prev", "previous", "past", "old", "init", "initial", "last", "0");
  private static final Set<String> AFTER =
      Set.of("out", "output", "next", "new", "present", "n", "updated", "final", "1", "t");

  private StatePairs() {}

  /// Inputs with their outputs; an input or output for which there are several is left out. A whole
  /// name that is continued (`layer0_h`, `layer0_h_next`) goes before likeness: `h_0` is like
  /// `h_next` too, but that belongs to `h`.
  static SequencedMap<String, String> of(List<OnnxValue> inputs, List<OnnxValue> outputs) {
    var found = new LinkedHashMap<OnnxValue, OnnxValue>();
    pair(inputs, outputs, StatePairs::continues, found);
    var restOfInputs = inputs.stream().filter(input -> !found.containsKey(input)).toList();
    var restOfOutputs = outputs.stream().filter(output -> !found.containsValue(output)).toList();
    pair(restOfInputs, restOfOutputs, StatePairs::isLike, found);
    var pairs = new LinkedHashMap<String, String>();
    for (var input : inputs) {
      var output = found.get(input);
      if (output != null) {
        pairs.put(input.name(), output.name());
      }
    }
    return pairs;
  }

  private static void pair(List<OnnxValue> inputs, List<OnnxValue> outputs,
      BiPredicate<List<String>, List<String>> names, Map<OnnxValue, OnnxValue> found) {
    for (var input : inputs) {
      var fitting = outputs.stream().filter(output -> fits(input, output, names)).toList();
      if (fitting.size() == 1 && inputs.stream()
          .filter(other -> fits(other, fitting.getFirst(), names)).count() == 1) {
        found.put(input, fitting.getFirst());
      }
    }
  }

  private static boolean fits(OnnxValue input, OnnxValue output,
      BiPredicate<List<String>, List<String>> names) {
    if (!input.type().equals(output.type()) && !output.type().equals("?")) {
      return false;
    }
    if (input.shape().isPresent() && output.shape().isPresent()
        && !haveOneShape(input.shape().get(), output.shape().get())) {
      return false;
    }
    return names.test(words(input.name()), words(output.name()));
  }

  /// `layer0_h` and `layer0_h_next`: the whole name, and one word that says after.
  private static boolean continues(List<String> before, List<String> after) {
    return stripped(after, AFTER).contains(before);
  }

  /// The same but for a first or last word that says before or after: `past_h` and `h_out`; or for
  /// one word within: `rnn_in_h` and `rnn_out_h`; or a last letter: `h0` and `hn`.
  private static boolean isLike(List<String> before, List<String> after) {
    var befores = stripped(before, BEFORE);
    var afters = stripped(after, AFTER);
    return afters.contains(before) || befores.contains(after)
        || befores.stream().anyMatch(afters::contains) || isReplacedWithin(before, after)
        || endsWithN(before, after) || befores.stream().anyMatch(it -> endsWithN(it, after));
  }

  /// The words without the first or the last one, if that is one of `said`. What is left has to be
  /// a name: "input_1" and "output_1" say nothing of a state.
  private static List<List<String>> stripped(List<String> words, Set<String> said) {
    var stripped = new ArrayList<List<String>>();
    if (said.contains(words.getLast())) {
      stripped.add(words.subList(0, words.size() - 1));
    }
    if (said.contains(words.getFirst())) {
      stripped.add(words.subList(1, words.size()));
    }
    stripped.removeIf(rest -> rest.stream().allMatch(StatePairs::isNumber));
    return stripped;
  }

  private static boolean isReplacedWithin(List<String> before, List<String> after) {
    if (before.size() != after.size()) {
      return false;
    }
    int replaced = 0;
    int names = 0;
    for (int i = 0; i < before.size(); i++) {
      var b = before.get(i);
      var a = after.get(i);
      if (b.equals(a)) {
        names += isNumber(a) ? 0 : 1;
      } else if (BEFORE.contains(b) && AFTER.contains(a) && !isNumber(b) && !isNumber(a)) {
        replaced++;
      } else {
        return false;
      }
    }
    return replaced == 1 && names > 0;
  }

  private static boolean endsWithN(List<String> before, List<String> after) {
    return String.join("", after).equals(String.join("", before) + "n");
  }

  private static boolean isNumber(String word) {
    return word.chars().allMatch(Character::isDigit);
  }

  private static boolean haveOneShape(List<String> a, List<String> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      boolean numbers = a.get(i).matches("\\d+") && b.get(i).matches("\\d+");
      same = !numbers || a.get(i).equals(b.get(i));
    }
    return same;
  }

  /// The words of a name: `stateN` and `state_n` are `state`, `n`; `h0` is `h`, `0`.
  private static List<String> words(String name) {
    var spaced = name.replaceAll("([a-z])([A-Z0-9])", "$1 $2").replaceAll("[^A-Za-z0-9]+", " ")
        .trim().toLowerCase(Locale.ROOT);
    return List.of(spaced.split(" "));
  }
}
