package dev.unroll.layer.stepping;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;

/// [KeyedStates] as bytes, in the format that is described there.
final class Snapshot {
  private static final StateFormat FORMAT = new StateFormat("UNRK", "a snapshot of states", 2);

  private static final int CLOCK = 8;
  private static final int COUNT = 4;

  /// The time and the length of a key.
  private static final int ENTRY = 12;

  private Snapshot() {}

  /// A key as bytes, and the slot of its state.
  private record Entry(byte[] key, int slot) {}

  /// The clock, and all keys with their states and times.
  ///
  /// @throws StateException if they do not fit into an array, 2 GiB, or the format gives two keys
  ///     the same bytes
  static <K> byte[] write(KeyedStates<K> states, KeyFormat<K> format) {
    var entries = entries(states, format);
    int n = states.layout().size();
    long length = StateFormat.HEADER + CLOCK + COUNT + StateFormat.CHECKSUM;
    for (var entry : entries) {
      length += ENTRY + entry.key().length + (long) Float.BYTES * n;
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw new StateException(
          "%,d states need %,d bytes, more than an array holds; keep the keys in several parts"
              .formatted(states.size(), length));
    }
    var bytes = new byte[(int) length];
    FORMAT.header(bytes, states.layout());
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(StateFormat.HEADER).putLong(states.now()).putInt(states.size());
    var table = states.table();
    for (var entry : entries) {
      int slot = entry.slot();
      buffer.putLong(states.time(slot)).putInt(entry.key().length).put(entry.key());
      StateFormat.bytes(table.page(slot), table.offset(slot), n, bytes, buffer.position());
      buffer.position(buffer.position() + Float.BYTES * n);
    }
    FORMAT.seal(bytes);
    return bytes;
  }

  /// All keys in the order of their bytes.
  private static <K> Entry[] entries(KeyedStates<K> states, KeyFormat<K> format) {
    var entries = new Entry[states.size()];
    int i = 0;
    for (var entry : states.slots().entrySet()) {
      entries[i++] = new Entry(format.toBytes(entry.getKey()), entry.getValue());
    }
    Arrays.sort(entries, (a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
    for (i = 1; i < entries.length; i++) {
      if (Arrays.equals(entries[i - 1].key(), entries[i].key())) {
        throw new StateException(
            ("two keys have the same %d bytes, so they could not be told apart any more; give "
                + "different keys different bytes in "
                + "KeyFormat.toBytes").formatted(entries[i].key().length));
      }
    }
    return entries;
  }

  /// Reads what [#write] wrote; a version without a clock gets the time of the last step.
  ///
  /// @throws StateException if the bytes are damaged, or of another version or layer
  static <K> KeyedStates<K> read(State.Layout layout, byte[] bytes, KeyFormat<K> format) {
    FORMAT.requireChecksum(bytes);
    var buffer = ByteBuffer.wrap(bytes, 0, bytes.length - StateFormat.CHECKSUM);
    int version = FORMAT.requireHeader(buffer, layout);
    var states = new KeyedStates<K>(layout);
    boolean hasClock = version > 1;
    if (buffer.remaining() < (hasClock ? CLOCK : 0) + COUNT) {
      throw FORMAT.damaged("it ends before the number of keys");
    }
    long clock = hasClock ? buffer.getLong() : 0;
    int count = buffer.getInt();
    long least = ENTRY + (long) Float.BYTES * layout.size();
    if (count < 0 || count * least > buffer.remaining()) {
      throw FORMAT.damaged("%,d keys do not fit into %,d bytes".formatted(count, bytes.length));
    }
    for (int i = 0; i < count; i++) {
      read(states, bytes, buffer, i, format);
    }
    states.at(hasClock ? clock : last(states));
    if (buffer.hasRemaining()) {
      throw FORMAT.damaged("%,d bytes are left over".formatted(buffer.remaining()));
    }
    return states;
  }

  private static <K> void read(KeyedStates<K> states, byte[] bytes, ByteBuffer buffer, int i,
      KeyFormat<K> format) {
    int n = states.layout().size();
    if (buffer.remaining() < ENTRY + (long) Float.BYTES * n) {
      throw FORMAT.damaged("it ends within key %,d".formatted(i));
    }
    states.at(buffer.getLong());
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining() - Float.BYTES * n) {
      throw FORMAT.damaged("key %,d has %,d bytes".formatted(i, length));
    }
    var key = new byte[length];
    buffer.get(key);
    int slot;
    try {
      var read = format.fromBytes(key);
      states.require(Collections.singletonList(read));
      slot = states.slot(read);
    } catch (IllegalArgumentException e) {
      throw FORMAT.damaged("key %,d: %s".formatted(i, e.getMessage()));
    }
    if (states.size() != i + 1) {
      throw FORMAT.damaged("key %,d stands there twice".formatted(i));
    }
    var table = states.table();
    StateFormat.floats(bytes, buffer.position(), table.page(slot), table.offset(slot), n);
    buffer.position(buffer.position() + Float.BYTES * n);
  }

  /// The time of the last step.
  private static long last(KeyedStates<?> states) {
    return states.slots().values().stream().mapToLong(states::time).max().orElse(0);
  }
}
