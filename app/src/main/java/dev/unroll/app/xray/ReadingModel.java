package dev.unroll.app.xray;

import dev.unroll.Engine;
import dev.unroll.data.Example;
import dev.unroll.inspect.Microscope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A trained model and its input.
///
/// @param name of the model
/// @param microscope on the model, with an engine
/// @param examples all are used for means; steps are differentiated along the first one
/// @param shown the example that is shown step by step: the first one, or its beginning
/// @param tokens the input of that example as text, one for each step; empty for numbers
/// @param targets its targets as text, one for each step; empty if they belong to the input's steps
///     or are numbers
/// @param what the input, in words
public record ReadingModel(String name, Function<Engine, Microscope> microscope,
    List<Example> examples,
    Example shown,
    List<String> tokens, List<String> targets, String what) {
  /// The lists are copied.
  public ReadingModel {
    examples = List.copyOf(examples);
    tokens = List.copyOf(tokens);
    targets = List.copyOf(targets);
  }

  /// The tokens at the steps of a decoder: the targets of the first example, and the end symbol if
  /// the model generates one; empty for numbers.
  ///
  /// @param steps of the layer for the first example
  List<String> written(int steps) {
    if (steps == targets.size() + 1 && !targets.isEmpty()) {
      var written = new ArrayList<>(targets);
      written.add("end");
      return written;
    }
    return steps == targets.size() ? targets : List.of();
  }
}
