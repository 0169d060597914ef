package dev.unroll.layer.stepping;

import dev.unroll.tensor.guard.OneCaller;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The states of many sequences, by key: used with [Stepper] to score a stream of events, each of
/// which belongs to a key, such as a customer or a device.
///
/// New keys begin with zeros. Each key records when it was stepped last, by a clock that the caller
/// sets ([#at]), so that keys that were idle for long can be dropped ([#expire]), which frees their
/// memory. A snapshot ([#toBytes]) holds the clock, keys, times and states, and can be read back
/// for the
/// same layer only; equal contents give equal bytes.
///
/// Used by one caller at a time; a program with several threads gives each its own keys, and a
/// stepper of its own. Overlapping calls are refused by an `IllegalStateException`.
///
/// As bytes, all little-endian: `UNRK`, the version 2 in 4 bytes, the fingerprint of the layer in
/// 8, the number of floats n in 4, the clock in 8, the number of keys in 4; for each key its time
/// in 8, the length of its bytes in 4, these, and n floats, the keys in the order of their bytes as
/// unsigned numbers; last a CRC-32C of all bytes before in 4. Version 1, which is still read, has
/// no clock and the keys in any order.
///
/// @param <K> the type of the keys, with `equals` and `hashCode`
public final class KeyedStates<K> {
  /// The number of keys from which a hash table is worth shrinking.
  private static final int FEW = 64;

  private final OneCaller caller = new OneCaller("KeyedStates",
      "give each thread keys of its own, and a stepper");
  private final StateTable table;
  private Map<K, Integer> slots = new HashMap<>();

  /// The largest number of keys that the hash table has held.
  private int most;

  private long[] times = {};
  private long now;
  private boolean hasClock;

  /// Makes an empty table.
  public KeyedStates(State.Layout layout) {
    table = new StateTable(layout);
  }

  /// The layout of the state of a key.
  public State.Layout layout() {
    return table.layout();
  }

  /// The keys, in no particular order; a view.
  public Set<K> keys() {
    return new AbstractSet<>() {
      @Override
      public Iterator<K> iterator() {
        return Collections.unmodifiableSet(slots.keySet()).iterator();
      }

      @Override
      public int size() {
        return slots.size();
      }

      @Override
      public boolean contains(Object key) {
        return slots.containsKey(key);
      }
    };
  }

  /// The number of keys.
  public int size() {
    return slots.size();
  }

  /// The bytes that the states take; the keys take some 60 bytes each in a hash table in addition.
  public long bytes() {
    return table.bytes() + 8L * times.length;
  }

  /// Sets the clock: keys that are stepped from now on were last stepped at this time. The unit is
  /// the caller's: the time of events in milliseconds, or the number of a batch.
  public void at(long time) {
    caller.enter();
    now = time;
    hasClock = true;
    caller.leave();
  }

  /// The time of the clock; 0 if it was never set.
  public long now() {
    return now;
  }

  /// The time at which the key was stepped last.
  ///
  /// @throws StateException if there is no such key
  public long lastStep(K key) {
    caller.enter();
    try {
      return times[slotOf(key)];
    } finally {
      caller.leave();
    }
  }

  /// Drops the keys that were stepped last before a time, and frees the memory that is no longer
  /// needed.
  ///
  /// @return the number of dropped keys
  /// @throws IllegalStateException if the clock was never set, so that all keys are of time 0
  public int expire(long before) {
    caller.enter();
    try {
      if (!hasClock) {
        throw new IllegalStateException("the clock of these keys was never set, so all of them were"
            + " last stepped at 0; call at(time) before the steps");
      }
      int size = slots.size();
      slots.values().removeIf(slot -> {
        if (times[slot] < before) {
          table.remove(slot);
          return true;
        }
        return false;
      });
      if (table.spare() > 0) {
        shrink();
      }
      return size - slots.size();
    } finally {
      caller.leave();
    }
  }

  /// Drops a key: when it occurs again, it begins with zeros.
  ///
  /// @return whether it existed
  public boolean remove(K key) {
    caller.enter();
    try {
      var slot = slots.remove(key);
      if (slot == null) {
        return false;
      }
      table.remove(slot);
      // This copies all keys, so it is not done for each that is removed.
      if (table.spare() > 1 && table.spare() > 3 * table.pages() / 4) {
        shrink();
      }
      return true;
    } finally {
      caller.leave();
    }
  }

  /// Compacts the states and frees the memory behind them.
  private void shrink() {
    int n = slots.size();
    for (var entry : slots.entrySet()) {
      int slot = entry.getValue();
      if (slot >= n) {
        int below = table.moveBelow(slot, n);
        times[below] = times[slot];
        entry.setValue(below);
      }
    }
    table.truncate(n);
    times = Arrays.copyOf(times, n);
    if (most > Math.max(FEW, 4 * n)) {
      slots = new HashMap<>(slots);
      most = n;
    }
  }

  /// A copy of the state of a key; null for a key that has none.
  public @Nullable State get(K key) {
    caller.enter();
    try {
      var slot = slots.get(key);
      return slot == null ? null : table.state(slot);
    } finally {
      caller.leave();
    }
  }

  /// Sets the state of a key, as if it had been stepped now.
  ///
  /// @throws StateException if it is the state of another layer, or the key is null
  public void put(K key, State state) {
    layout().require(state.layout());
    require(Collections.singletonList(key));
    caller.enter();
    try {
      table.set(slot(key), state);
    } finally {
      caller.leave();
    }
  }

  /// Refuses a list of keys with a null.
  void require(List<? extends @Nullable K> keys) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i) == null) {
        throw new StateException(
            "key %d of %d is null; leave out what belongs to no key, or give it a key of its own"
                .formatted(i, keys.size()));
      }
    }
  }

  /// The guard against overlapping calls.
  OneCaller caller() {
    return caller;
  }

  boolean has(K key) {
    return slots.containsKey(key);
  }

  /// The key's slot in the [#table], allocated if the key is new; marks the key as stepped now.
  int slot(K key) {
    var known = slots.get(key);
    int slot = known == null ? table.add() : known;
    if (known == null) {
      slots.put(key, slot);
      most = Math.max(most, slots.size());
      if (slot >= times.length) {
        times = Arrays.copyOf(times, Math.max(16, 2 * slot));
      }
    }
    times[slot] = now;
    return slot;
  }

  /// The slots of the [#table] in use, by key.
  Map<K, Integer> slots() {
    return slots;
  }

  /// The time at which the key of a slot was stepped last.
  long time(int slot) {
    return times[slot];
  }

  StateTable table() {
    return table;
  }

  private int slotOf(K key) {
    var slot = slots.get(key);
    if (slot == null) {
      throw new StateException("there is no key %s among %,d".formatted(key, slots.size()));
    }
    return slot;
  }

  /// The clock, and all keys with their states and times.
  ///
  /// @throws StateException if they do not fit into an array, 2 GiB, or the format gives two keys
  ///     the same bytes
  public byte[] toBytes(KeyFormat<K> format) {
    caller.enter();
    try {
      return Snapshot.write(this, format);
    } finally {
      caller.leave();
    }
  }

  /// Reads the keys that [#toBytes] wrote, and the clock. A snapshot of version 1 has no clock: it
  /// is then set to the time of the last step, so that nothing that is stepped before the next
  /// [#at] expires before that.
  ///
  /// @throws StateException if the bytes are damaged, or of another version or layer
  public static <K> KeyedStates<K> fromBytes(
      State.Layout layout, byte[] bytes, KeyFormat<K> format) {
    return Snapshot.read(layout, bytes, format);
  }

  @Override
  public String toString() {
    return "KeyedStates(%,d keys, %s)".formatted(size(), layout());
  }
}
