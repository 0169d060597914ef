package dev.unroll.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// The classes that a model predicts for one input, each with its probability.
///
/// @param label the most probable class
/// @param probability of that class
/// @param all the probability of each class, the most probable first
public record Prediction(String label, double probability, SequencedMap<String, Double> all) {

  /// Copies the map.
  public Prediction {
    all = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(all));
  }

  /// @param probabilities one for each label
  static Prediction of(List<String> labels, float[] probabilities) {
    var all = new LinkedHashMap<String, Double>();
    IntStream.range(0, labels.size()).boxed()
        .sorted((a, b) -> Float.compare(probabilities[b], probabilities[a]))
        .forEach(i -> all.put(labels.get(i), (double) probabilities[i]));
    var first = all.firstEntry();
    return new Prediction(first.getKey(), first.getValue(), all);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s (%.1f %%)", label, 100 * probability);
  }
}
