package dev.unroll.flink.state;

import dev.unroll.layer.stepping.State;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/// What differs between the states of two models, as a sentence.
public final class LayoutDifference {
  private LayoutDifference() {}

  /// The sentence.
  public static String sentence(State.Layout before, String from, State.Layout now, String to) {
    return ("the states of the keys are those of model %s, and those of model %s differ: %s; %s")
        .formatted(from, to, difference(before, now),
            "use a model of the same layers, or say what becomes of the states with onModelChange");
  }

  /// Such as `layer0.h has 64 numbers, not 32; layer1.h is new`.
  private static String difference(State.Layout before, State.Layout now) {
    var old = sizes(before);
    var text = new StringJoiner(", ");
    for (var part : now.parts()) {
      var size = old.remove(part.name());
      if (size == null) {
        text.add("%s with %d numbers is new".formatted(part.name(), part.size()));
      } else if (size != part.size()) {
        text.add("%s has %d numbers, not %d".formatted(part.name(), part.size(), size));
      }
    }
    old.forEach((name, size) -> text.add("%s with %d numbers is gone".formatted(name, size)));
    return text.length() > 0 ? text.toString()
        : "the names and sizes are the same, but the equations of the cells differ "
            + "(fingerprint %016x, not %016x)".formatted(now.fingerprint(), before.fingerprint());
  }

  private static Map<String, Integer> sizes(State.Layout layout) {
    var sizes = new LinkedHashMap<String, Integer>();
    layout.parts().forEach(part -> sizes.put(part.name(), part.size()));
    return sizes;
  }
}
