package dev.unroll.flink.operator;

import dev.unroll.flink.state.BadEventType;
import dev.unroll.stream.BadEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/// Scores the events of a buffer in rounds: the first event of each key, then the second of each,
/// and so on, so that no round has two events of one key.
final class EventRounds<E, R> {
  private final ScoringOptions<E, R> options;
  private final Expiry expiry;
  private final KeyedModel<E> keyed;
  private final EventBuffer buffer;
  private final Output<StreamRecord<R>> output;
  private final TimestampedCollector<R> collector;
  private final OutputTag<BadEvent<E>> badEvents;
  private final ScoringMetrics measured;

  /// The slots of the round, and for each event of the batch its place in the buffer.
  private final int[] slots;
  private final int[] places;

  EventRounds(ScoringOptions<E, R> options, Expiry expiry, KeyedModel<E> keyed, EventBuffer buffer,
      Output<StreamRecord<R>> output, TypeInformation<E> events, ScoringMetrics measured) {
    this.options = options;
    this.expiry = expiry;
    this.keyed = keyed;
    this.buffer = buffer;
    this.output = output;
    this.measured = measured;
    collector = new TimestampedCollector<>(output);
    badEvents = BadEventType.tag(events);
    slots = new int[options.batch()];
    places = new int[options.batch()];
  }

  /// Scores all events, and changes the states in the buffer.
  void score() {
    int n = buffer.slots();
    for (int i = 0; i < n; i++) {
      slots[i] = i;
    }
    while (n > 0) {
      int more = 0;
      for (int i = 0; i < n; i++) {
        int slot = slots[i];
        add(slot);
        if (buffer.advance(slot)) {
          slots[more++] = slot;
        }
      }
      emit();
      n = more;
    }
  }

  private void add(int slot) {
    int place = buffer.first(slot);
    long time = buffer.time(place);
    boolean isOver = expiry.isOver(buffer.state(slot), time);
    var state = isOver ? keyed.model().initial() : buffer.state(slot);
    @SuppressWarnings("unchecked") // the operator fills the buffer
    var event = (E) buffer.event(place);
    var batch = keyed.events();
    var why = batch.add(event, time, state);
    if (why == null) {
      if (isOver) { // not before: a bad event leaves the state as it was
        buffer.replace(slot, state);
      }
      places[batch.size() - 1] = place;
      return;
    }
    var bad = options.refused(buffer.key(slot), time, event, why);
    measured.badEvent();
    output.collect(badEvents, buffer.isStamped(place) ? new StreamRecord<>(bad, time)
        : new StreamRecord<>(bad));
  }

  private void emit() {
    var batch = keyed.events();
    batch.score();
    for (int i = 0; i < batch.size(); i++) {
      int place = places[i];
      if (buffer.isStamped(place)) {
        collector.setAbsoluteTimestamp(buffer.time(place));
      } else {
        collector.eraseTimestamp();
      }
      collector.collect(options.result().of(batch.event(i), batch.score(i)));
    }
    batch.clear();
  }
}
