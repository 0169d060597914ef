package dev.unroll.stream;

import dev.unroll.data.DataException;
import java.util.Arrays;
import java.util.List;

/// Finds the threshold of a next-event surprise.
public final class SurpriseThreshold {
  private SurpriseThreshold() {}

  /// The surprise in bits that a share of normal events exceeds: measured on sequences that the
  /// model was not trained on.
  ///
  /// @param model a [StreamModel#surprise]
  /// @param sequences of tokens, each with states of its own
  /// @param alarmRate the share of normal events that may give an alarm
  /// @throws DataException if there are too few events to see so small a share: fewer than one over
  ///     the rate; or the model is none of surprises, or does not know a token
  public static double of(StreamModel model, Iterable<? extends List<String>> sequences,
      double alarmRate) {
    if (!(alarmRate > 0 && alarmRate < 1)) {
      throw new IllegalArgumentException(
          "the rate of alarms is %s, expected a number between 0 and 1".formatted(alarmRate));
    }
    if (!(model.scored() instanceof SurpriseModel)) {
      throw new DataException("%s gives no surprises; take model.surprise()".formatted(model));
    }
    var batch = new EventBatch<String>(model, (token, row) -> row.symbol(token), BadEvents.FAIL, 1);
    var all = new float[1024];
    int count = 0;
    for (var sequence : sequences) {
      var state = model.initial();
      for (var token : sequence) {
        var why = batch.add(token, 0, state);
        if (why != null) {
          throw new DataException(why);
        }
        batch.score();
        float surprise = batch.score(0).value(0);
        batch.clear();
        if (!Float.isNaN(surprise)) {
          all = count == all.length ? Arrays.copyOf(all, 2 * count) : all;
          all[count++] = surprise;
        }
      }
    }
    if (count * alarmRate < 1) {
      throw new DataException(("%d events have a surprise, too few to see one alarm in %.0f; bring "
          + "more, or a higher rate").formatted(count, 1 / alarmRate));
    }
    Arrays.sort(all, 0, count);
    return all[count - 1 - (int) Math.floor(count * alarmRate)];
  }
}
