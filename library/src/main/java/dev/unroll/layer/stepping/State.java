package dev.unroll.layer.stepping;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// What a layer, or a stack of them, remembers of the sequence of one key: a plain value that can be
/// kept, compared, sent and stored.
///
/// Reading is safe from any thread; [Stepper#step] writes the state that it is given as result, and
/// that one alone.
///
/// As bytes, all little-endian: `UNRS`, the version 1 in 4 bytes, the fingerprint of the layer in 8,
/// the number of floats n in 4, n floats, and a CRC-32C of all before in 4.
public final class State {
  private static final StateFormat FORMAT = new StateFormat("UNRS", "a state", 1);

  private final StateLayout layout;
  private final float[] values;

  private State(StateLayout layout, float[] values) {
    this.layout = layout;
    this.values = values;
  }

  /// Zeros: the state at the beginning of a sequence.
  public static State initial(StateLayout layout) {
    return new State(layout, new float[layout.size()]);
  }

  /// A state with these values, which are copied.
  static State initial(StateLayout layout, float[] values) {
    return new State(layout, values.clone());
  }

  /// The state that [#toBytes] wrote.
  ///
  /// @throws StateException if the bytes are damaged, or of another version or layer
  public static State fromBytes(StateLayout layout, byte[] bytes) {
    int n = layout.size();
    FORMAT.requireChecksum(bytes);
    FORMAT.requireHeader(ByteBuffer.wrap(bytes), layout);
    int expected = StateFormat.HEADER + Float.BYTES * n + StateFormat.CHECKSUM;
    if (bytes.length != expected) {
      throw FORMAT.damaged("it has %,d bytes, expected %,d".formatted(bytes.length, expected));
    }
    var state = initial(layout);
    StateFormat.floats(bytes, StateFormat.HEADER, state.values, 0, n);
    return state;
  }

  /// The state as bytes, `4 n + 24` for n floats.
  public byte[] toBytes() {
    var bytes = new byte[StateFormat.HEADER + Float.BYTES * values.length + StateFormat.CHECKSUM];
    FORMAT.header(bytes, layout);
    StateFormat.bytes(values, 0, values.length, bytes, StateFormat.HEADER);
    FORMAT.seal(bytes);
    return bytes;
  }

  /// What it consists of.
  public StateLayout layout() {
    return layout;
  }

  /// A state of its own with the same values.
  public State copy() {
    return new State(layout, values.clone());
  }

  /// A copy of the values of one state by name, such as `layer0.h`.
  public float[] values(String name) {
    for (var part : layout.parts()) {
      if (part.name().equals(name)) {
        return Arrays.copyOfRange(values, part.offset(), part.offset() + part.size());
      }
    }
    throw new StateException("there is no state %s in %s".formatted(name, layout));
  }

  float[] values() {
    return values;
  }

  /// Whether it is a state of the same layer with the same bits.
  @Override
  public boolean equals(Object other) {
    return other instanceof State state
        && layout.fingerprint() == state.layout.fingerprint()
        && Arrays.equals(values, state.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "State(" + layout + ")";
  }
}
