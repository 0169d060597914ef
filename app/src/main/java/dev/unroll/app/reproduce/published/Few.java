package dev.unroll.app.reproduce.published;

import dev.unroll.app.reproduce.Options;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import java.util.List;

/// The examples that `--quick` leaves of a data set.
final class Few {
  private static final int EXAMPLES = 16;

  private Few() {}

  /// All examples, or the first of each part.
  static Split of(Split split, Options options) {
    return new Split(of(split.train(), options), of(split.validation(), options),
        of(split.test(), options));
  }

  private static List<Example> of(List<Example> examples, Options options) {
    return examples.subList(0, options.of(examples.size(), Math.min(EXAMPLES, examples.size())));
  }
}
