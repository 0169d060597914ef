package dev.unroll.flink.operator;

import dev.unroll.data.DataException;
import dev.unroll.stream.BadEvent;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How events are scored. It is sent to the task managers.
///
/// @param batch the most events of a batch
/// @param maxWait the most milliseconds that an event waits for others
/// @param expireAfter the milliseconds without an event after which a key begins anew; 0 for never
/// @param lateness the milliseconds that events are held to be sorted; -1 for not at all
/// @param onModelChange what becomes of states of another layout; null to refuse them
/// @param watched the model file that is looked at again and again; null for none
/// @param watchEvery the milliseconds between two looks
public record ScoringOptions<E, R>(ModelSource model, Features<? super E> features,
    ScoreResult<? super E, R> result, BadEvents badEvents, int batch, long maxWait,
    long expireAfter, long lateness, @Nullable ModelChange onModelChange, @Nullable String watched,
    long watchEvery) implements Serializable {
  private static final int BATCH = 256;

  /// The largest batch: each task allocates memory for as many events.
  private static final int MOST = 1 << 16;

  private static final long MAX_WAIT = 5;
  private static final long WATCH = 10_000;

  /// Scoring with nothing set.
  public static <E, R> ScoringOptions<E, R> of(ModelSource model, Features<? super E> features,
      ScoreResult<? super E, R> result) {
    return new ScoringOptions<>(model, features, result, BadEvents.SKIP, BATCH, MAX_WAIT, 0, -1,
        null, null, WATCH);
  }

  public ScoringOptions<E, R> withBadEvents(BadEvents policy) {
    return new ScoringOptions<>(model, features, result, policy, batch, maxWait, expireAfter,
        lateness, onModelChange, watched, watchEvery);
  }

  public ScoringOptions<E, R> withBatch(int events) {
    if (events < 1 || events > MOST) {
      throw new IllegalArgumentException(("a batch of %d events, expected 1 to %d; from 256 on a "
          + "larger one gains little").formatted(events, MOST));
    }
    return new ScoringOptions<>(model, features, result, badEvents, events, maxWait, expireAfter,
        lateness, onModelChange, watched, watchEvery);
  }

  public ScoringOptions<E, R> withMaxWait(Duration wait) {
    return new ScoringOptions<>(model, features, result, badEvents, batch,
        millis("maxWait", wait, 1), expireAfter, lateness, onModelChange, watched, watchEvery);
  }

  public ScoringOptions<E, R> withExpireAfter(Duration idle) {
    return new ScoringOptions<>(model, features, result, badEvents, batch, maxWait,
        millis("expireAfter", idle, 1), lateness, onModelChange, watched, watchEvery);
  }

  public ScoringOptions<E, R> withLateness(Duration allowed) {
    return new ScoringOptions<>(model, features, result, badEvents, batch, maxWait, expireAfter,
        millis("the allowed lateness", allowed, 0), onModelChange, watched, watchEvery);
  }

  public ScoringOptions<E, R> withModelChange(ModelChange change) {
    return new ScoringOptions<>(model, features, result, badEvents, batch, maxWait, expireAfter,
        lateness, change, watched, watchEvery);
  }

  public ScoringOptions<E, R> withWatch(String file, Duration every) {
    return new ScoringOptions<>(model, features, result, badEvents, batch, maxWait, expireAfter,
        lateness, onModelChange, file, millis("the time between two looks at the file", every, 1));
  }

  /// An event that cannot be scored.
  ///
  /// @throws DataException if such events fail the job
  public BadEvent<E> refused(Object key, long time, E event, String why) {
    var bad = BadEvent.of(key, time, event, why);
    if (badEvents == BadEvents.FAIL) {
      throw new DataException(("the event of the key %s at %d cannot be scored: %s; skip such "
          + "events (BadEvents.SKIP), which go to a side output, or impute them").formatted(
              bad.key(), time, why));
    }
    return bad;
  }

  /// What becomes of states of another layout.
  ModelChange change() {
    return onModelChange == null ? ModelChange.refuse() : onModelChange;
  }

  private static long millis(String name, Duration duration, long least) {
    long millis = duration.toMillis();
    if (millis < least) {
      throw new IllegalArgumentException("%s is %s, expected at least %d ms".formatted(name,
          duration, least));
    }
    return millis;
  }
}
