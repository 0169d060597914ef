package dev.unroll.server.batch;

import dev.unroll.server.sequence.LiveSequence;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Calls that go on with the states of sequences: those of one sequence come one after the other,
/// in their order.
///
/// @param <C> what callers bring
abstract class SequenceCalls<C extends SequenceCall> extends SharedCalls<C> {
  private final Set<LiveSequence> awaited = Collections.newSetFromMap(new IdentityHashMap<>());

  SequenceCalls(int capacity, Duration wait) {
    super(capacity, wait);
  }

  /// Makes one step for each of these, or refuses it.
  abstract void step(List<C> together);

  @Override
  final int size(C call) {
    return call.size();
  }

  @Override
  final void beginRound() {
    awaited.clear();
  }

  @Override
  final boolean take(C call) {
    var sequences = call.sequences();
    if (!awaited.isEmpty() && sequences.stream().anyMatch(awaited::contains)
        || !hold(sequences)) {
      // What comes later for one of these sequences comes after this.
      awaited.addAll(sequences);
      return false;
    }
    call.begin();
    return true;
  }

  /// Holds all, or none.
  private static boolean hold(List<LiveSequence> sequences) {
    for (int i = 0; i < sequences.size(); i++) {
      if (!sequences.get(i).hold()) {
        for (int k = 0; k < i; k++) {
          sequences.get(k).release();
        }
        return false;
      }
    }
    return true;
  }

  @Override
  final void call(List<C> together) {
    try {
      step(together);
    } catch (RuntimeException | Error e) {
      var failure = e instanceof RuntimeException known ? known : new IllegalStateException(e);
      together.stream().filter(call -> !call.isDone()).forEach(call -> call.refuse(failure));
    }
  }
}
