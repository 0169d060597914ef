package dev.unroll.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The states of many sequences, by key: what [Stepper] needs to score a stream of events, each of
/// which belongs to a key, such as a customer or a device.
///
/// Keys that are new begin with zeros. Each key remembers when it was stepped last, by a clock that the
/// caller sets ([#at]), so that those that were idle for long can be dropped ([#expire]). A snapshot
/// ([#toBytes]) holds keys, times and states, and is read back for the same layer only.
///
/// Used by one caller at a time; a program with several threads gives each its own keys, and a stepper
/// of its own.
///
/// As bytes, all little-endian: `UNRK`, the version 1 in 4 bytes, the fingerprint of the layer in 8,
/// the number of floats n in 4, the number of keys in 4; for each key its time in 8, the length of its
/// bytes in 4, these, and n floats; at last a CRC-32C of all before in 4.
///
/// @param <K> the type of the keys, with `equals` and `hashCode`
public final class KeyedStates<K> {
  private static final StateFormat FORMAT = new StateFormat("UNRK", "a snapshot of states");

  private final StateTable table;
  private final Map<K, Integer> slots = new HashMap<>();
  private long[] times = {};
  private long now;

  /// No keys yet.
  public KeyedStates(StateLayout layout) {
    table = new StateTable(layout);
  }

  /// What the state of a key consists of.
  public StateLayout layout() {
    return table.layout();
  }

  /// The keys, in no particular order; a view.
  public Set<K> keys() {
    return Collections.unmodifiableSet(slots.keySet());
  }

  /// The number of keys.
  public int size() {
    return slots.size();
  }

  /// The bytes that the states take; the keys come on top, with some 60 bytes each in a hash table.
  public long bytes() {
    return table.bytes() + 8L * times.length;
  }

  /// Sets the clock: keys that are stepped from now on were last stepped at this time. The unit is the
  /// caller's: the time of events in milliseconds, or the number of a batch.
  public void at(long time) {
    now = time;
  }

  /// When the key was stepped last.
  ///
  /// @throws StateException if there is no such key
  public long lastStep(K key) {
    return times[slotOf(key)];
  }

  /// Drops the keys that were stepped last before a time.
  ///
  /// @return how many these were
  public int expire(long before) {
    int size = slots.size();
    slots.values().removeIf(slot -> {
      if (times[slot] < before) {
        table.remove(slot);
        return true;
      }
      return false;
    });
    return size - slots.size();
  }

  /// Drops a key: when it comes again, it begins with zeros.
  ///
  /// @return whether it was there
  public boolean remove(K key) {
    var slot = slots.remove(key);
    if (slot == null) {
      return false;
    }
    table.remove(slot);
    return true;
  }

  /// The state of a key as a value of its own; null for a key that has none.
  public @Nullable State get(K key) {
    var slot = slots.get(key);
    return slot == null ? null : table.state(slot);
  }

  /// Sets the state of a key, as if it had been stepped now.
  ///
  /// @throws StateException if it is the state of another layer
  public void put(K key, State state) {
    layout().require(state.layout());
    table.set(slot(key), state);
  }

  boolean has(K key) {
    return slots.containsKey(key);
  }

  /// The key's slot in the [#table], made if the key is new; marks the key as stepped now.
  int slot(K key) {
    var known = slots.get(key);
    int slot = known == null ? table.add() : known;
    if (known == null) {
      slots.put(key, slot);
      if (slot >= times.length) {
        times = Arrays.copyOf(times, Math.max(16, 2 * slot));
      }
    }
    times[slot] = now;
    return slot;
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

  /// All keys with their states and times.
  ///
  /// @throws StateException if they do not fit into an array, 2 GiB
  public byte[] toBytes(KeyFormat<K> format) {
    var keys = new ArrayDeque<byte[]>();
    int n = layout().size();
    long length = StateFormat.HEADER + 4 + StateFormat.CHECKSUM;
    for (var key : slots.keySet()) {
      keys.add(format.toBytes(key));
      length += entryLength(keys.getLast().length);
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw new StateException(
          "%,d states need %,d bytes, more than an array holds; keep the keys in several parts"
              .formatted(size(), length));
    }
    var bytes = new byte[(int) length];
    FORMAT.header(bytes, layout());
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(StateFormat.HEADER).putInt(size());
    for (int slot : slots.values()) {
      var key = keys.removeFirst();
      buffer.putLong(times[slot]).putInt(key.length).put(key);
      StateFormat.bytes(table.page(slot), table.offset(slot), n, bytes, buffer.position());
      buffer.position(buffer.position() + Float.BYTES * n);
    }
    FORMAT.seal(bytes);
    return bytes;
  }

  private long entryLength(int key) {
    return 12L + key + (long) Float.BYTES * layout().size();
  }

  /// The keys that [#toBytes] wrote.
  ///
  /// @throws StateException if the bytes are damaged, or of another version or layer
  public static <K> KeyedStates<K> fromBytes(
      StateLayout layout, byte[] bytes, KeyFormat<K> format) {
    FORMAT.requireChecksum(bytes);
    var buffer = ByteBuffer.wrap(bytes, 0, bytes.length - StateFormat.CHECKSUM);
    FORMAT.requireHeader(buffer, layout);
    var states = new KeyedStates<K>(layout);
    int count = buffer.remaining() < 4 ? -1 : buffer.getInt();
    if (count < 0 || count * states.entryLength(0) > buffer.remaining()) {
      throw FORMAT.damaged("%,d keys do not fit into %,d bytes".formatted(count, bytes.length));
    }
    for (int i = 0; i < count; i++) {
      states.read(bytes, buffer, i, format);
    }
    if (buffer.hasRemaining()) {
      throw FORMAT.damaged("%,d bytes are left over".formatted(buffer.remaining()));
    }
    return states;
  }

  private void read(byte[] bytes, ByteBuffer buffer, int i, KeyFormat<K> format) {
    int n = layout().size();
    if (buffer.remaining() < entryLength(0)) {
      throw FORMAT.damaged("it ends within key %,d".formatted(i));
    }
    at(buffer.getLong());
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining() - Float.BYTES * n) {
      throw FORMAT.damaged("key %,d has %,d bytes".formatted(i, length));
    }
    var key = new byte[length];
    buffer.get(key);
    int slot;
    try {
      slot = slot(format.fromBytes(key));
    } catch (IllegalArgumentException e) {
      throw FORMAT.damaged("key %,d: %s".formatted(i, e.getMessage()));
    }
    if (slots.size() != i + 1) {
      throw FORMAT.damaged("key %,d stands there twice".formatted(i));
    }
    StateFormat.floats(bytes, buffer.position(), table.page(slot), table.offset(slot), n);
    buffer.position(buffer.position() + Float.BYTES * n);
  }

  @Override
  public String toString() {
    return "KeyedStates(%,d keys, %s)".formatted(size(), layout());
  }
}
