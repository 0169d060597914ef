package dev.unroll.server.sequence;

import dev.unroll.server.protocol.RefusedException;
import dev.unroll.stream.KeyState;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The sequences of a model. It holds a bounded number of them; those that were idle for long are
/// dropped. Safe for use by several threads.
public final class SequenceTable {
  private final ConcurrentHashMap<SequenceId, LiveSequence> sequences = new ConcurrentHashMap<>();
  private final int most;
  private final long idleNanos;
  private final Semaphore room;
  private final LongSupplier clock;

  /// @param most the largest number of sequences
  /// @param idle after which a sequence that nobody uses is dropped
  public SequenceTable(int most, Duration idle) {
    this(most, idle, System::nanoTime);
  }

  SequenceTable(int most, Duration idle, LongSupplier clock) {
    this.most = most;
    idleNanos = idle.toNanos();
    room = new Semaphore(most);
    this.clock = clock;
  }

  /// The number of sequences.
  public int size() {
    return sequences.size();
  }

  /// The sequence of a request that goes on with it.
  ///
  /// @throws RefusedException if there is none
  public LiveSequence require(SequenceId id) {
    var found = find(id);
    if (found == null) {
      throw RefusedException.invalid(
          "there is no sequence %s; its first request needs sequence_start, and it is dropped %d"
              + " seconds after its last",
          id, Duration.ofNanos(idleNanos).toSeconds());
    }
    return found;
  }

  /// A sequence; null if there is none.
  public @Nullable LiveSequence find(SequenceId id) {
    var found = sequences.get(id);
    if (found != null) {
      found.usedAt(clock.getAsLong());
    }
    return found;
  }

  /// A new sequence, which [#add] puts into the table: not before its first request is answered.
  ///
  /// @throws RefusedException if there is no room for more
  public LiveSequence begin(SequenceId id, KeyState initial) {
    if (!room.tryAcquire()) {
      expire();
      if (!room.tryAcquire()) {
        throw RefusedException.busy(1,
            "the model has %d sequences, and no more are allowed; end some with sequence_end",
            most);
      }
    }
    return new LiveSequence(id, initial, clock.getAsLong());
  }

  /// Puts a sequence that was begun into the table, in the place of the one with its id.
  public void add(LiveSequence begun) {
    if (sequences.put(begun.id(), begun) != null) {
      room.release();
    }
  }

  /// Drops a sequence that was begun and not added.
  public void giveUp() {
    room.release();
  }

  /// Sets the state of a sequence, which begins if it is not there.
  ///
  /// @throws RefusedException if there is no room for more
  public void put(SequenceId id, KeyState state) {
    add(begin(id, state));
  }

  /// Ends a sequence.
  ///
  /// @return whether it was there
  public boolean remove(LiveSequence sequence) {
    boolean removed = sequences.remove(sequence.id(), sequence);
    if (removed) {
      room.release();
    }
    return removed;
  }

  /// Drops the sequences that nobody has used for the time that was set.
  ///
  /// @return how many
  public int expire() {
    long before = clock.getAsLong() - idleNanos;
    int dropped = 0;
    for (var sequence : sequences.values()) {
      if (sequence.lastUsed() - before < 0 && remove(sequence)) {
        dropped++;
      }
    }
    return dropped;
  }

  /// The time after which an idle sequence is dropped.
  public Duration idle() {
    return Duration.ofNanos(idleNanos);
  }
}
