package dev.unroll.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.StateException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The state of a key in a stream: the state of the model, the time of the key's last event, and
/// the number of its events. Mutable, and self-describing: it carries the fingerprint of its
/// layout, so that the state of another model is recognized. Not thread-safe.
///
/// As bytes, all little-endian: `UNRE`, the version 1 in 4 bytes, the fingerprint of the layout in
/// 8, the time in 8, the number of events in 8, the number of floats n in 4, n floats, and a
/// CRC-32C of all bytes before in 4.
public final class KeyState {
  /// The time of a key that had no event.
  public static final long NEVER = Long.MIN_VALUE;

  /// The most floats of a state that is read: 256 MiB.
  private static final int MOST = 1 << 26;

  private static final byte[] MAGIC = "UNRE".getBytes(US_ASCII);
  private static final int VERSION = 1;
  private static final int HEADER = 36;
  private static final int CHECKSUM = 4;

  private final long fingerprint;
  private final float[] values;
  private long time;
  private long events;

  private KeyState(long fingerprint, long time, long events, float[] values) {
    this.fingerprint = fingerprint;
    this.time = time;
    this.events = events;
    this.values = values;
  }

  /// The state of a key that had no event.
  ///
  /// @param values `[layout.size()]`, copied
  static KeyState initial(State.Layout layout, float[] values) {
    return new KeyState(layout.fingerprint(), NEVER, 0, values.clone());
  }

  /// A state with these values, which are copied.
  ///
  /// @param time of the last event in milliseconds; [#NEVER] for none
  /// @throws StateException if the layout has more or fewer values
  public static KeyState of(State.Layout layout, long time, long events, float[] values) {
    if (values.length != layout.size()) {
      throw new StateException("%d numbers for a state of %d, %s".formatted(values.length,
          layout.size(), layout));
    }
    return new KeyState(layout.fingerprint(), time, events, values.clone());
  }

  /// The fingerprint of its layout.
  public long fingerprint() {
    return fingerprint;
  }

  /// Whether it is a state of this layout.
  public boolean fits(State.Layout layout) {
    return fingerprint == layout.fingerprint() && values.length == layout.size();
  }

  /// The numbers, in the order of the layout's parts; not a copy.
  public float[] values() {
    return values;
  }

  /// The time of the last event in milliseconds; [#NEVER] if there was none.
  public long time() {
    return time;
  }

  /// How many events it has seen.
  public long events() {
    return events;
  }

  /// Counts an event. The time of a state never goes back, even if that of the events does.
  void passed(long time) {
    this.time = Math.max(this.time, time);
    events++;
  }

  /// A copy that shares nothing.
  public KeyState copy() {
    return new KeyState(fingerprint, time, events, values.clone());
  }

  /// The state as bytes, `4 n + 40` for n floats.
  public byte[] toBytes() {
    var bytes = new byte[HEADER + Float.BYTES * values.length + CHECKSUM];
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).putInt(VERSION).putLong(fingerprint).putLong(time).putLong(events)
        .putInt(values.length);
    buffer.asFloatBuffer().put(values);
    return buffer.putInt(bytes.length - CHECKSUM, checksum(bytes)).array();
  }

  /// Reads what [#toBytes] wrote.
  ///
  /// @throws StateException if the bytes are damaged or of another version
  public static KeyState fromBytes(byte[] bytes) {
    if (bytes.length < HEADER + CHECKSUM || !Arrays.equals(bytes, 0, 4, MAGIC, 0, 4)) {
      throw damaged("it does not begin with UNRE");
    }
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(bytes.length - CHECKSUM) != checksum(bytes)) {
      throw damaged("the checksum is wrong");
    }
    int version = buffer.getInt(4);
    if (version != VERSION) {
      throw new StateException("the state of a key is of version %d, expected %d; read it with the "
          .formatted(version, VERSION) + "Unroll that wrote it");
    }
    int n = buffer.getInt(HEADER - 4);
    if (bytes.length != HEADER + (long) Float.BYTES * n + CHECKSUM) {
      throw damaged("it has %d bytes for %d numbers".formatted(bytes.length, n));
    }
    var values = new float[n];
    buffer.position(HEADER).asFloatBuffer().get(values);
    return new KeyState(buffer.getLong(8), buffer.getLong(16), buffer.getLong(24), values);
  }

  /// Writes the state without magic number, version and checksum, for engines that add their own:
  /// fingerprint, time, events, n, and n floats, big-endian.
  public void write(DataOutput out) throws IOException {
    out.writeLong(fingerprint);
    out.writeLong(time);
    out.writeLong(events);
    out.writeInt(values.length);
    for (float value : values) {
      out.writeInt(Float.floatToRawIntBits(value));
    }
  }

  /// Reads what [#write] wrote.
  ///
  /// @throws StateException if it has a size that cannot be
  public static KeyState read(DataInput in) throws IOException {
    long fingerprint = in.readLong();
    long time = in.readLong();
    long events = in.readLong();
    int n = in.readInt();
    if (n < 0 || n > MOST) {
      throw damaged("it has %d numbers".formatted(n));
    }
    var values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Float.intBitsToFloat(in.readInt());
    }
    return new KeyState(fingerprint, time, events, values);
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - CHECKSUM);
    return (int) crc.getValue();
  }

  private static StateException damaged(String why) {
    return new StateException("the state of a key cannot be read: %s; the bytes are damaged or "
        .formatted(why) + "something else");
  }

  /// Whether it has the same bits.
  @Override
  public boolean equals(Object other) {
    return other instanceof KeyState state && fingerprint == state.fingerprint
        && time == state.time && events == state.events && Arrays.equals(values, state.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "KeyState(%d numbers, %d events, fingerprint %016x)".formatted(values.length, events,
        fingerprint);
  }
}
