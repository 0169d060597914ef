package dev.unroll.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;

/// Finds the outputs of a model that are meant to go into its inputs, by type, shape and name:
/// `state` and `stateN`, `h0` and `hn`, `h_in` and `h_out`, `past` and `present`.
final class StatePairs {
  private static final Set<String> BEFORE =
      Set.of("in", "input", "prev", "previous", "past", "old", "init", "initial", "last", "0");
  private static final Set<String> AFTER =
      Set.of("out", "output", "next", "new", "present", "n", "updated", "final", "1", "t");

  private StatePairs() {}

  /// Inputs with their outputs; an input or output for which there are several is left out.
  static SequencedMap<String, String> of(List<OnnxValue> inputs, List<OnnxValue> outputs) {
    var pairs = new LinkedHashMap<String, String>();
    for (var input : inputs) {
      var fitting = outputs.stream().filter(output -> fits(input, output)).toList();
      if (fitting.size() == 1
          && inputs.stream().filter(other -> fits(other, fitting.getFirst())).count() == 1) {
        pairs.put(input.name(), fitting.getFirst().name());
      }
    }
    return pairs;
  }

  private static boolean fits(OnnxValue input, OnnxValue output) {
    if (!input.type().equals(output.type()) && !output.type().equals("?")) {
      return false;
    }
    if (input.shape().isPresent() && output.shape().isPresent()
        && !haveOneShape(input.shape().get(), output.shape().get())) {
      return false;
    }
    var before = words(input.name());
    var after = words(output.name());
    boolean says = after.stream().anyMatch(AFTER::contains)
        || before.stream().anyMatch(BEFORE::contains);
    before.removeAll(BEFORE);
    boolean ends = String.join("", words(output.name())).equals(String.join("", before) + "n");
    after.removeAll(AFTER);
    // "input" and "output" alone say nothing of a state.
    return !before.isEmpty() && (says && before.equals(after) || ends);
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
    return new ArrayList<>(List.of(spaced.split(" ")));
  }
}
