package dev.unroll.flink.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.util.OutputTag;

/// The events of the current key that are held to be sorted: by time, and events of the same time
/// in the order in which they came.
public final class SortedEvents<E> {
  private final MapStateDescriptor<Long, List<E>> descriptor;
  private final MapState<Long, List<E>> held;

  SortedEvents(KeyedStateStore store, TypeInformation<E> events) {
    descriptor = new MapStateDescriptor<>("unroll-held", Types.LONG, Types.LIST(events));
    held = store.getMapState(descriptor);
  }

  /// The tag of events that came too late to be sorted.
  public static <E> OutputTag<E> late(TypeInformation<E> events) {
    return new OutputTag<>("unroll-late-events", events);
  }

  /// Passes over all that is held, with its key as the current one.
  void forEachTime(KeyedStateBackend<?> backend, LongConsumer action) throws Exception {
    backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor,
        (_, state) -> {
          for (var time : state.keys()) {
            action.accept(time);
          }
        });
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
