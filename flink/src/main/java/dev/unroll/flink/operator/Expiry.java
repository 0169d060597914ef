package dev.unroll.flink.operator;

import dev.unroll.stream.KeyState;
import java.io.Serializable;

/// Decides when the state of a key expires, in event time. Timers fire at multiples of the idle
/// time, so that a key has at most two; one that fires too early is set again.
///
/// Whether an event finds a state depends on the times of events alone, so a replay gives the same
/// results. A timer only frees the memory.
///
/// @param idle the milliseconds without an event after which a key begins anew; 0 for never
public record Expiry(long idle) implements Serializable {
  /// The name of the timers: that of the timers of a `KeyedProcessFunction`, so that they go with a
  /// savepoint from [dev.unroll.flink.Scoring] to the operator, and back.
  static final String TIMERS = "user-timers";

  /// The name that the operator's timers have in savepoints of the first format.
  static final String FIRST_TIMERS = "unroll-timers";

  public boolean isOn() {
    return idle > 0;
  }

  /// Whether the state of a key is too old for an event.
  public boolean isOver(KeyState state, long time) {
    return isOn() && state.time() != KeyState.NEVER && time > end(state.time());
  }

  /// Whether an event needs a timer of its own: the first one of a key, and the first in each span
  /// of `idle` milliseconds, as a key may come from a job that set none.
  public boolean needsTimer(KeyState state, long time) {
    return isOn() && (state.time() == KeyState.NEVER
        || Math.floorDiv(state.time(), idle) != Math.floorDiv(time, idle));
  }

  /// When to check the state of a key whose last event was at this time: the first multiple of the
  /// idle time at or after its end.
  public long timer(long time) {
    long end = end(time);
    return end > Long.MAX_VALUE - idle ? Long.MAX_VALUE : Math.ceilDiv(end, idle) * idle;
  }

  /// When the state of a key whose last event was at this time expires.
  public long end(long time) {
    return time > Long.MAX_VALUE - idle ? Long.MAX_VALUE : time + idle;
  }
}
