package dev.unroll.flink;

import dev.unroll.flink.operator.SortedEvents;
import dev.unroll.flink.state.BadEventType;
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
    return BadEventType.tag(events);
  }

  /// Events that came too late to be sorted ([BatchedScoring#sorted]).
  ///
  /// @param events the type of the events
  public static <E> OutputTag<E> lateEvents(TypeInformation<E> events) {
    return SortedEvents.late(events);
  }
}
