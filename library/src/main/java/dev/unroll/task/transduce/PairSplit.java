package dev.unroll.task.transduce;

import dev.unroll.data.DataException;
import dev.unroll.data.split.Partition;
import dev.unroll.table.Pairs;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Pairs to train on and pairs to validate by; no source is in both.
///
/// @param all the pairs given
/// @param train those that are trained on
/// @param validation those that validate; null for none
/// @param reason how they were divided, in words
record PairSplit(Pairs all, Pairs train, @Nullable Pairs validation, String reason) {
  /// More sources than this hardly judge better, but are missing in the training part.
  private static final int MOST_VALIDATING = 5_000;

  /// Divides pairs.
  ///
  /// @param validation the validation data; null to hold out a share of the sources
  /// @throws DataException one sentence, if there is nothing left to train on
  static PairSplit of(Pairs pairs, @Nullable Pairs validation, TransducerOptions options) {
    if (validation != null) {
      return beside(pairs, validation);
    }
    return options.validation() == 0
        ? new PairSplit(pairs, pairs, null,
            "%d to train, none to validate".formatted(pairs.size()))
        : divided(pairs, options);
  }

  private static PairSplit divided(Pairs pairs, TransducerOptions options) {
    var groups = pairs.sources().stream().map(Segmentation::normal).toList();
    double share = Math.min(options.validation(), (double) MOST_VALIDATING / groups.size());
    var parts = Partition.grouped(groups, share, options.seed());
    return new PairSplit(pairs, pairs.rows(parts.train()), pairs.rows(parts.validation()),
        "%s: equal sources on the same side, seed %d".formatted(parts, options.seed()));
  }

  private static PairSplit beside(Pairs pairs, Pairs validation) {
    Set<String> held = new HashSet<>();
    validation.sources().forEach(source -> held.add(Segmentation.normal(source)));
    var all = pairs.sources();
    int[] rest = IntStream.range(0, pairs.size())
        .filter(i -> !held.contains(Segmentation.normal(all.get(i)))).toArray();
    if (rest.length == 0) {
      throw new DataException(
          "%s: every source is in %s as well, so that none is left to train on; give other data."
              .formatted(pairs.name(), validation.name()));
    }
    int left = pairs.size() - rest.length;
    return new PairSplit(pairs, pairs.rows(rest), validation,
        "%d to train, %d of %s to validate%s".formatted(rest.length, validation.size(),
            validation.name(), left == 0 ? ""
                : "; %d pairs whose sources validate are left out of training".formatted(left)));
  }
}
