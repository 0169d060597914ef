package dev.unroll.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What the files of a run say besides how it was trained: what data it has. Nothing that differs between
/// two runs that end with the same weights: no times, no machine.
///
/// @param data where the examples come from, `source` and `sha256` among it; values that JSON has. The
///     trainer adds `train` and `validation`
public record Origin(SequencedMap<String, ?> data) {

  /// Of data that need no name.
  public static final Origin NONE = new Origin(new LinkedHashMap<>());

  /// Copies the map.
  ///
  /// @throws IllegalArgumentException if the data have a field that the trainer adds
  public Origin {
    if (data.containsKey("train") || data.containsKey("validation")) {
      throw new IllegalArgumentException(
          "train and validation are added by the trainer; give the field another name");
    }
    data = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(data));
  }
}
