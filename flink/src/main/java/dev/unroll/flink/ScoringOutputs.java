package dev.unroll.flink;

import dev.unroll.data.DataException;
import dev.unroll.stream.BadEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/// Where events go that are not scored.
///
/// ```java
/// var scores = BatchedScoring.of(model, features, result).apply(events.keyBy(Event::device));
/// var bad = scores.getSideOutput(ScoringOutputs.badEvents(events.getType()));
/// ```
public final class ScoringOutputs {
  private ScoringOutputs() {}

  /// Events that could not be scored, with key, time and a sentence.
  ///
  /// @param events the type of the events
  public static <E> OutputTag<BadEvent<E>> badEvents(TypeInformation<E> events) {
    return new OutputTag<>("unroll-bad-events", new BadEventType<>(events));
  }

  /// Events that came too late to be sorted ([BatchedScoring#sorted]).
  ///
  /// @param events the type of the events
  public static <E> OutputTag<E> lateEvents(TypeInformation<E> events) {
    return new OutputTag<>("unroll-late-events", events);
  }

  /// Why the job fails.
  static DataException failure(BadEvent<?> bad) {
    return new DataException(("the event of the key %s at %d cannot be scored: %s; skip such events"
        + " (BadEvents.SKIP), which go to a side output, or impute them").formatted(bad.key(),
            bad.time(), bad.why()));
  }
}
