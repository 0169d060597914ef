package dev.unroll.app.xray;

import dev.unroll.data.Example;
import dev.unroll.inspect.Subject;
import java.util.ArrayList;
import java.util.List;

/// A trained model and what it reads.
///
/// @param name of the model
/// @param subject the model
/// @param examples all count for means; along the first of them steps are differentiated
/// @param shown what is shown step by step: the first example, or the beginning of it
/// @param tokens the input of what is shown as text, one a step; empty where it is numbers
/// @param targets its answers as text, one a step; empty where they belong to the input's steps or are
///     numbers
/// @param what it reads, in words
public record Reading(String name, Subject subject, List<Example> examples, Example shown,
    List<String> tokens, List<String> targets, String what) {
  /// The lists are copied.
  public Reading {
    examples = List.copyOf(examples);
    tokens = List.copyOf(tokens);
    targets = List.copyOf(targets);
  }

  /// What stands at each step of a layer that writes: the answers to the first example, and their end where
  /// the model writes one; empty where they are numbers.
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
