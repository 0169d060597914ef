package dev.unroll.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/// The events of the current key that are held until all that are older must have come: by time,
/// and those of the same time in the order in which they came.
final class SortedEvents<E> {
  private final MapState<Long, List<E>> held;

  SortedEvents(KeyedStateStore store, TypeInformation<E> events) {
    held = store.getMapState(new MapStateDescriptor<>("unroll-held", Types.LONG,
        Types.LIST(events)));
  }

  void hold(E event, long time) throws Exception {
    var same = held.get(time);
    var more = same == null ? new ArrayList<E>(1) : same;
    more.add(event);
    held.put(time, more);
  }

  /// The events of this time, which are held no longer.
  List<E> take(long time) throws Exception {
    var events = held.get(time);
    if (events == null) {
      return List.of();
    }
    held.remove(time);
    return events;
  }
}
