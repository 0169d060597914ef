package dev.unroll.kafka;

import dev.unroll.stream.BadEvent;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How events are scored. Immutable.
///
/// @param store of the states
/// @param policy what becomes of events that cannot be scored
/// @param badResult makes a result of them; null for none
/// @param change what becomes of states of another layout
/// @param expiry the stream time without an event after which a key begins anew; null for never
/// @param reload the time between two looks at the source; null for none
record ScoringSettings<E, R>(ModelSource source, Features<E> features, ScoreResult<E, R> result,
    StateStore store, BadEvents policy,
    @Nullable Function<? super BadEvent<E>, ? extends R> badResult, ModelChange change,
    @Nullable Duration expiry, @Nullable Duration reload) {

  static <E, R> ScoringSettings<E, R> of(ModelSource source, Features<E> features,
      ScoreResult<E, R> result) {
    return new ScoringSettings<>(source, features, result, StateStore.of(Scoring.STORE),
        BadEvents.SKIP, null, ModelChange.refuse(), null, null);
  }

  ScoringSettings<E, R> withStore(StateStore other) {
    return new ScoringSettings<>(source, features, result, other, policy, badResult, change,
        expiry, reload);
  }

  ScoringSettings<E, R> withPolicy(BadEvents other) {
    return new ScoringSettings<>(source, features, result, store, other, badResult, change,
        expiry, reload);
  }

  ScoringSettings<E, R> withBadResult(Function<? super BadEvent<E>, ? extends R> made) {
    return new ScoringSettings<>(source, features, result, store, policy, made, change, expiry,
        reload);
  }

  ScoringSettings<E, R> withChange(ModelChange other) {
    return new ScoringSettings<>(source, features, result, store, policy, badResult, other,
        expiry, reload);
  }

  ScoringSettings<E, R> withExpiry(Duration idle) {
    return new ScoringSettings<>(source, features, result, store, policy, badResult, change,
        positive(idle, "expireAfter"), reload);
  }

  ScoringSettings<E, R> withReload(Duration period) {
    return new ScoringSettings<>(source, features, result, store, policy, badResult, change,
        expiry, positive(period, "reloadEvery"));
  }

  private static Duration positive(Duration time, String option) {
    if (time.toMillis() <= 0) {
      throw new IllegalArgumentException(
          "%s is %s, expected at least a millisecond".formatted(option, time));
    }
    return time;
  }
}
