package dev.unroll.server.sequence;

import dev.unroll.stream.KeyState;
import java.util.concurrent.atomic.AtomicBoolean;

/// A sequence that goes on: its state after the last request that was answered. A state that was
/// published is never changed; a step works on a copy, so that a request that fails changes nothing
/// and a snapshot needs no lock.
public final class LiveSequence {
  private static final SequenceId NO_ID = new SequenceId(0, null);

  private final SequenceId id;
  private final AtomicBoolean held = new AtomicBoolean();
  private volatile KeyState state;
  private volatile long lastUsed;

  LiveSequence(SequenceId id, KeyState state, long now) {
    this.id = id;
    this.state = state;
    lastUsed = now;
  }

  /// A sequence that begins and ends with one request, and is in no table.
  public static LiveSequence passing(KeyState initial) {
    return new LiveSequence(NO_ID, initial, 0);
  }

  /// Its id.
  public SequenceId id() {
    return id;
  }

  /// The state after the last request that was answered; not to be changed.
  public KeyState state() {
    return state;
  }

  /// Takes it for a call: its requests are answered one after the other.
  ///
  /// @return false if another call has it
  public boolean hold() {
    return held.compareAndSet(false, true);
  }

  /// Gives it back.
  public void release() {
    held.set(false);
  }

  /// Sets the state after a request. The caller holds it, and does not change the state afterwards.
  public void publish(KeyState after) {
    state = after;
  }

  void usedAt(long now) {
    lastUsed = now;
  }

  long lastUsed() {
    return lastUsed;
  }
}
