package dev.unroll.layer.stepping;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The recurrent state of a layer, or a stack of layers, for the sequence of one key: a plain value
/// that can be kept, compared, sent and stored.
///
/// Reading is safe from any thread; [Stepper#step] writes only the state that it is given for the
/// result.
///
/// As bytes, all little-endian: `UNRS`, the version 1 in 4 bytes, the fingerprint of the layer in
/// 8, the number of floats n in 4, n floats, and a CRC-32C of all bytes before in 4.
public final class State {
  private static final StateFormat FORMAT = new StateFormat("UNRS", "a state", 1);

  private final Layout layout;
  private final float[] values;

  private State(Layout layout, float[] values) {
    this.layout = layout;
    this.values = values;
  }

  /// The initial state of a sequence: zeros.
  public static State initial(Layout layout) {
    return new State(layout, new float[layout.size()]);
  }

  /// An initial state with these values, which are copied.
  static State initial(Layout layout, float[] values) {
    return new State(layout, values.clone());
  }

  /// A state with these values, which are copied.
  ///
  /// @throws StateException if there are more or fewer than the layout has
  public static State of(Layout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new StateException("%d numbers for a state of %d".formatted(values.length,
          layout.size()));
    }
    return new State(layout, values.clone());
  }

  /// Reads a state that [#toBytes] wrote.
  ///
  /// @throws StateException if the bytes are damaged, or of another version or layer
  public static State fromBytes(Layout layout, byte[] bytes) {
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

  /// Its layout.
  public Layout layout() {
    return layout;
  }

  /// A copy of the state.
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

  /// A copy of all values, in the order of the layout.
  public float[] toArray() {
    return values.clone();
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

  /// The states that a layer carries from step to step for one key, side by side in `size()`
  /// floats.
  ///
  /// @param parts the states in order
  /// @param fingerprint the first 64 bits of the SHA-256 of equations and sizes: states of layers
  ///     with the same fingerprint have the same meaning, whatever the weights
  public record Layout(List<Part> parts, long fingerprint) {

    /// One state: `size` floats from `offset` on.
    public record Part(String name, int offset, int size) {}

    /// Copies its list.
    public Layout {
      parts = List.copyOf(parts);
    }

    /// The layout of a layer's states.
    static Layout of(RunnableLayer layer, LayerRun run) {
      var parts = new ArrayList<Part>();
      int offset = 0;
      for (var state : run.states()) {
        parts.add(new Part(state.name(), offset, state.rows().columns()));
        offset = Math.addExact(offset, state.rows().columns());
      }
      return of(layer.definition(), parts);
    }

    /// A layout of states that are no layer's own.
    ///
    /// @param definition what makes the states: those of the same definition and parts have the
    ///     same meaning
    public static Layout of(String definition, List<Part> parts) {
      return new Layout(parts, hash(definition + parts));
    }

    private static long hash(String text) {
      try {
        var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        return ByteBuffer.wrap(digest).getLong();
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-256", e);
      }
    }

    /// The number of floats of one key.
    public int size() {
      return parts.isEmpty() ? 0 : parts.getLast().offset() + parts.getLast().size();
    }

    /// Refuses arrays that have no room for a state.
    void require(int n, float[][] states) {
      if (states.length < n) {
        throw new StateException("%d states, expected %d".formatted(states.length, n));
      }
      for (int i = 0; i < n; i++) {
        if (states[i] == null) {
          throw new StateException("state %d of %d is null, expected %d numbers: %s"
              .formatted(i, n, size(), this));
        }
        if (states[i].length != size()) {
          throw new StateException("state %d has %d numbers, expected %d: %s"
              .formatted(i, states[i].length, size(), this));
        }
      }
    }

    /// Refuses states of a different layer.
    void require(Layout other) {
      if (other.fingerprint != fingerprint) {
        throw new StateException(
            "the states are those of another layer: %s, expected %s".formatted(other, this));
      }
    }

    /// `layer0.h 64, layer0.c 64 (fingerprint 0123456789abcdef)`
    @Override
    public String toString() {
      var names = parts.isEmpty() ? "no state"
          : parts.stream().map(p -> p.name() + " " + p.size()).collect(Collectors.joining(", "));
      return "%s (fingerprint %016x)".formatted(names, fingerprint);
    }
  }
}
