package dev.unroll.server.batch;

import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.stream.KeyState;
import java.util.List;

/// A call that goes on with the states of sequences. It works on copies, which become the states of
/// the sequences when all of it is done: a request that fails changes nothing.
abstract class SequenceCall extends SharedCall {
  private final List<LiveSequence> sequences;
  private final Client client;
  private final KeyState[] states;

  /// @param sequences different ones
  /// @param client who waits for it
  SequenceCall(List<LiveSequence> sequences, Client client) {
    this.client = client;
    this.sequences = sequences;
    states = new KeyState[sequences.size()];
  }

  /// Who waits for it.
  final Client client() {
    return client;
  }

  /// The sequences.
  final List<LiveSequence> sequences() {
    return sequences;
  }

  /// The number of sequences.
  final int size() {
    return states.length;
  }

  /// Takes the states as they are now.
  final void begin() {
    for (int i = 0; i < states.length; i++) {
      states[i] = sequences.get(i).state().copy();
    }
  }

  /// The state of a sequence, to be changed.
  final KeyState state(int sequence) {
    return states[sequence];
  }

  /// Sets the state of a sequence.
  final void state(int sequence, KeyState after) {
    states[sequence] = after;
  }

  /// Ends it: the states are those of the sequences from now on.
  final void succeed() {
    for (int i = 0; i < states.length; i++) {
      sequences.get(i).publish(states[i]);
    }
    release();
    answer();
  }

  /// Ends it without an effect.
  final void refuse(RuntimeException why) {
    release();
    fail(why);
  }

  private void release() {
    sequences.forEach(LiveSequence::release);
  }
}
