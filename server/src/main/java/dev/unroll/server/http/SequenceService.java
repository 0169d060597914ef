package dev.unroll.server.http;

import dev.unroll.layer.stepping.StateException;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.repository.ModelVersion;
import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.server.sequence.SequenceId;
import dev.unroll.stream.KeyState;

/// Snapshots of sequences: bytes that say which layout their numbers have, so that a sequence can
/// go on at another server.
final class SequenceService {
  /// Answers a request for the sequence of a path.
  void handle(Exchange exchange, ModelVersion version, String written) {
    var steps = version.model().requireSteps();
    var id = id(exchange, written);
    switch (exchange.method()) {
      case "GET", "HEAD" -> {
        var bytes = require(version, id).state().toBytes();
        exchange.send(200, Exchange.BINARY, bytes, bytes.length);
      }
      case "PUT" -> {
        var state = read(exchange.body());
        if (!state.fits(steps.layout())) {
          throw RefusedException.of(409,
              "the snapshot has %d numbers with fingerprint %016x, but the model %s keeps %s",
              state.values().length, state.fingerprint(), version.name(),
              steps.layout());
        }
        version.sequences().put(id, state);
        exchange.empty(204);
      }
      case "DELETE" -> {
        version.sequences().remove(require(version, id));
        exchange.empty(204);
      }
      default -> throw Route.other(exchange, "GET, HEAD, PUT, DELETE",
          "a sequence is read by GET, put back by PUT and ended by DELETE");
    }
  }

  private static SequenceId id(Exchange exchange, String written) {
    var type = exchange.query("type");
    if (type == null) {
      return SequenceId.inPath(written);
    }
    if (!type.equals("text")) {
      throw RefusedException.invalid("type is %s, expected text: digits are a text then, too",
          Shown.of(type));
    }
    var id = SequenceId.of(written);
    return id == null ? SequenceId.inPath(written) : id;
  }

  private static LiveSequence require(ModelVersion version, SequenceId id) {
    var found = version.sequences().find(id);
    if (found == null) {
      throw RefusedException.missing("there is no sequence %s of the model %s", id,
          version.name());
    }
    return found;
  }

  private static KeyState read(byte[] bytes) {
    try {
      return KeyState.fromBytes(bytes);
    } catch (StateException e) {
      throw RefusedException.invalid("the snapshot cannot be read: %s", e.getMessage());
    }
  }
}
