package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Scores events of different keys in one call. The connectors for stream engines are built on it;
/// use it directly in a loop of your own.
///
/// ```java
/// var why = batch.add(event, time, state);      // null, or one sentence why it cannot be scored
/// batch.score();                                // steps the states in place
/// for (int i = 0; i < batch.size(); i++) use(batch.event(i), batch.score(i));
/// batch.clear();
/// ```
///
/// Keys do not influence each other: an event gets the same bits whatever else is in the batch. A
/// batch holds at most one event of a key: put a second one into the next batch. Adding and scoring
/// an event allocates nothing. Not thread-safe: one caller at a time.
///
/// @param <E> the type of the events
public final class EventBatch<E> {
  private final OneCaller caller =
      new OneCaller("EventBatch", "give each thread a batch of its own");
  private final StreamModel model;
  private final Features<? super E> features;
  private final BadEvents policy;
  private final Scorer scorer;
  private final FeatureRow row;
  private final EventScore score;
  private final Object[] events;
  private final KeyState[] states;
  private final long[] times;
  private final float[] x;
  private final float[] y;

  /// How many numbers a score has.
  private final int outputs;
  private int size;
  private boolean scored;

  /// @param capacity the most events
  public EventBatch(StreamModel model, Features<? super E> features, BadEvents policy,
      int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "a batch of %d events, expected at least 1".formatted(capacity));
    }
    this.model = model;
    this.features = features;
    this.policy = policy;
    scorer = model.scored().scorer(capacity);
    row = new FeatureRow(model.scored());
    score = new EventScore(model);
    events = new Object[capacity];
    states = new KeyState[capacity];
    times = new long[capacity];
    x = new float[Math.multiplyExact(capacity, row.size())];
    outputs = model.outputs().size();
    y = new float[Math.multiplyExact(capacity, outputs)];
  }

  /// The model.
  public StreamModel model() {
    return model;
  }

  /// The number of events.
  public int size() {
    return size;
  }

  /// Whether the batch is full.
  public boolean isFull() {
    return size == events.length;
  }

  /// Adds an event of a key that has none in this batch.
  ///
  /// @param time of the event in milliseconds
  /// @param state of its key, which [#score()] changes
  /// @return null if it was added; otherwise one sentence that says why it cannot be scored, in
  ///     which case it is not in the batch and its state does not change
  /// @throws StateException if the state is that of another layout
  /// @throws IllegalStateException if the batch is full, or scored and not cleared
  public @Nullable String add(E event, long time, KeyState state) {
    caller.enter();
    try {
      if (scored || isFull()) {
        throw new IllegalStateException(
            "the batch of %d events is %s".formatted(size, scored ? "scored; clear it" : "full"));
      }
      if (!state.fits(model.layout())) {
        throw new StateException(
            "the state of a key has %d numbers with fingerprint %016x, expected those of %s"
                .formatted(state.values().length, state.fingerprint(), model.layout()));
      }
      var why = read(event, time, state);
      if (why != null) {
        return why;
      }
      System.arraycopy(row.values(), 0, x, size * row.size(), row.size());
      events[size] = event;
      times[size] = time;
      states[size++] = state;
      return null;
    } finally {
      caller.leave();
    }
  }

  private @Nullable String read(E event, long time, KeyState state) {
    boolean first = state.time() == KeyState.NEVER;
    row.begin(first, first ? 0 : (double) Math.max(0, time - state.time()));
    try {
      features.read(event, row);
    } catch (DataException e) {
      return e.getMessage();
    } catch (RuntimeException e) {
      return "the features of the event cannot be read: " + e;
    }
    var values = row.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])
          && !(Float.isNaN(values[i]) && model.scored().readsMissing())) {
        if (policy != BadEvents.IMPUTE || model.symbols() > 0) {
          return "the feature %s is %s, expected a finite number".formatted(row.names().get(i),
              Float.isNaN(values[i]) ? "missing" : values[i]);
        }
        values[i] = model.scored().mean(i);
      }
    }
    return scorer.refusal(values, time, state);
  }

  /// Scores all events, and changes the states of their keys.
  public void score() {
    caller.enter();
    try {
      if (!scored && size > 0) {
        scorer.score(size, x, times, states, y);
        for (int i = 0; i < size; i++) {
          states[i].passed(times[i]);
        }
      }
      scored = true;
    } finally {
      caller.leave();
    }
  }

  /// The score of an event: a view that the next call changes.
  public EventScore score(int i) {
    require(i);
    if (!scored) {
      throw new IllegalStateException("the batch is not scored; call score() first");
    }
    return score.at(y, i * outputs);
  }

  /// An event.
  @SuppressWarnings("unchecked") // only add writes them
  public E event(int i) {
    require(i);
    return (E) events[i];
  }

  /// The state of the key of an event.
  public KeyState state(int i) {
    require(i);
    return states[i];
  }

  private void require(int i) {
    if (i < 0 || i >= size) {
      throw new IndexOutOfBoundsException("event %d of %d".formatted(i, size));
    }
  }

  /// Removes all events.
  public void clear() {
    Arrays.fill(events, 0, size, null);
    Arrays.fill(states, 0, size, null);
    size = 0;
    scored = false;
  }

  @Override
  public String toString() {
    return "EventBatch(%d of %d events, %s)".formatted(size, events.length, model);
  }
}
