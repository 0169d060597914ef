package dev.unroll.layer.stepping;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.layer.Layer;
import dev.unroll.layer.LayerRun;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The states that a layer carries from step to step for one key, side by side in `size()` floats.
///
/// @param parts the states in order
/// @param fingerprint the first 64 bits of the SHA-256 of equations and sizes: states of layers with
///     the same one mean the same, whatever the weights
public record StateLayout(List<Part> parts, long fingerprint) {

  /// One state: `size` floats from `offset` on.
  public record Part(String name, int offset, int size) {}

  /// Copies its list.
  public StateLayout {
    parts = List.copyOf(parts);
  }

  /// The layout of a layer's states.
  static StateLayout of(Layer layer, LayerRun run) {
    var parts = new ArrayList<Part>();
    int offset = 0;
    for (var state : run.states()) {
      parts.add(new Part(state.name(), offset, state.rows().columns()));
      offset = Math.addExact(offset, state.rows().columns());
    }
    return new StateLayout(parts, hash(layer.definition() + parts));
  }

  private static long hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// The floats of one key.
  public int size() {
    return parts.isEmpty() ? 0 : parts.getLast().offset() + parts.getLast().size();
  }

  /// Refuses states of another layer.
  void require(StateLayout other) {
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
