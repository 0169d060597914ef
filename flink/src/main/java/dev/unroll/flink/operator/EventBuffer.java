package dev.unroll.flink.operator;

import static java.util.Objects.requireNonNull;

import dev.unroll.stream.KeyState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Buffers events by key. Each key has a slot with its events in the order in which they came and,
/// when they are scored, its state. Adding an event allocates nothing.
///
/// A round is the next event of each key; the events of a round can be scored together.
final class EventBuffer {
  private final int capacity;

  private final Object[] events;
  private final long[] times;
  private final boolean[] stamped;

  /// The next event of the same key; -1 for none.
  private final int[] next;

  private final Object[] keys;
  private final @Nullable KeyState[] states;
  private final boolean[] changed;
  private final int[] first;
  private final int[] last;

  /// A hash table with open addressing: slot + 1, or 0.
  private final int[] table;

  private int size;
  private int slots;

  EventBuffer(int capacity) {
    this.capacity = capacity;
    events = new Object[capacity];
    times = new long[capacity];
    stamped = new boolean[capacity];
    next = new int[capacity];
    keys = new Object[capacity];
    states = new KeyState[capacity];
    changed = new boolean[capacity];
    first = new int[capacity];
    last = new int[capacity];
    table = new int[4 * Integer.highestOneBit(capacity)];
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == capacity;
  }

  /// The number of keys.
  int slots() {
    return slots;
  }

  /// The slot of a key; `slots()` if it has none yet, which [#open] then makes.
  int slot(Object key) {
    int at = place(key);
    return table[at] == 0 ? slots : table[at] - 1;
  }

  private int place(Object key) {
    int mask = table.length - 1;
    int hash = key.hashCode() * 0x9E3779B9;
    int at = (hash ^ hash >>> 15) & mask;
    while (table[at] != 0 && !keys[table[at] - 1].equals(key)) {
      at = at + 1 & mask;
    }
    return at;
  }

  /// Makes a slot for a key that has none.
  void open(Object key) {
    table[place(key)] = slots + 1;
    keys[slots] = key;
    first[slots] = -1;
    slots++;
  }

  /// Sets the state of a slot to the one that is stored for its key; null for none.
  void bring(int slot, @Nullable KeyState stored) {
    states[slot] = stored;
    changed[slot] = false;
  }

  /// What is in a slot: the state that was brought, or what took its place.
  @Nullable
  KeyState brought(int slot) {
    return states[slot];
  }

  /// Adds an event to a slot.
  ///
  /// @param isStamped whether the time came with the event
  void add(int slot, Object event, long time, boolean isStamped) {
    events[size] = event;
    times[size] = time;
    stamped[size] = isStamped;
    next[size] = -1;
    if (first[slot] < 0) {
      first[slot] = size;
    } else {
      next[last[slot]] = size;
    }
    last[slot] = size++;
  }

  /// The first event of a slot that was not taken.
  int first(int slot) {
    return first[slot];
  }

  /// Removes the first event of a slot, and returns whether there is another.
  boolean advance(int slot) {
    first[slot] = next[first[slot]];
    return first[slot] >= 0;
  }

  Object event(int i) {
    return events[i];
  }

  long time(int i) {
    return times[i];
  }

  boolean isStamped(int i) {
    return stamped[i];
  }

  Object key(int slot) {
    return keys[slot];
  }

  /// The state of a slot that has one.
  KeyState state(int slot) {
    return requireNonNull(states[slot]);
  }

  /// Sets the state of a slot to one that is not stored yet.
  void replace(int slot, KeyState state) {
    states[slot] = state;
    changed[slot] = true;
  }

  boolean isChanged(int slot) {
    return changed[slot];
  }

  void clear() {
    Arrays.fill(events, 0, size, null);
    Arrays.fill(keys, 0, slots, null);
    Arrays.fill(states, 0, slots, null);
    Arrays.fill(table, 0);
    size = 0;
    slots = 0;
  }
}
