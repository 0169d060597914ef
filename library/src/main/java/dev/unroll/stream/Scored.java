package dev.unroll.stream;

import dev.unroll.data.Tokens;
import dev.unroll.layer.stepping.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model reads, keeps and answers in a stream.
interface Scored {
  /// What is kept for a key.
  State.Layout layout();

  /// What a new key has, `[layout().size()]`.
  float[] initial();

  /// The names of the numbers of an event; one name for a symbol.
  List<String> features();

  /// V, the number of symbols; 0 if it reads numbers.
  default int symbols() {
    return 0;
  }

  /// What the symbols are; null where that is not known.
  default @Nullable Tokens tokens() {
    return null;
  }

  /// A token as the model knows it.
  default String written(String token) {
    return token;
  }

  /// What stands in for a feature that is missing.
  default float mean(int feature) {
    return 0;
  }

  /// Whether a missing feature is no fault: the model knows what to do with it.
  default boolean readsMissing() {
    return false;
  }

  /// The names of the numbers of a score.
  List<String> outputs();

  /// A scorer for up to so many events at once.
  Scorer scorer(int batch);
}
