package dev.unroll.flink.operator;

import dev.unroll.flink.state.KeyStateSerializer;
import dev.unroll.flink.state.LayoutDifference;
import dev.unroll.flink.state.LayoutSnapshot;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.jspecify.annotations.Nullable;

/// The model in use, with a batch to score with and the descriptor of the states of keys. One
/// caller at a time.
public final class KeyedModel<E> {
  /// The name of the state, which savepoints know.
  private static final String STATE = "unroll-state";

  private final ScoringOptions<E, ?> options;
  private final int capacity;
  private final KeyStateSerializer serializer;
  private StreamModel model;
  private EventBatch<E> batch;

  /// @param capacity the most events that are scored at once
  public KeyedModel(ScoringOptions<E, ?> options, StreamModel model, int capacity) {
    this.options = options;
    this.capacity = capacity;
    this.model = model;
    serializer = new KeyStateSerializer(new LayoutSnapshot(model.layout(), model.version(),
        options.onModelChange() != null));
    batch = batch();
  }

  private EventBatch<E> batch() {
    return new EventBatch<>(model, options.features(), options.badEvents(), capacity);
  }

  public StreamModel model() {
    return model;
  }

  public EventBatch<E> events() {
    return batch;
  }

  /// The state to register.
  public ValueStateDescriptor<KeyState> states() {
    return new ValueStateDescriptor<>(STATE, serializer);
  }

  /// The state of a key for the model, made to fit if it is of another layout.
  ///
  /// @throws StateException if it may not be
  public KeyState fit(@Nullable KeyState stored) {
    return options.change().fit(stored, model);
  }

  /// Takes another model; the batch must be empty.
  ///
  /// @throws StateException if it has another layout, and nobody said what becomes of the states
  /// @throws dev.unroll.data.DataException if it has other features or outputs
  void take(StreamModel next) {
    next.requireNamesOf(model);
    if (options.onModelChange() == null
        && next.layout().fingerprint() != model.layout().fingerprint()) {
      throw new StateException(LayoutDifference.sentence(model.layout(), model.version(),
          next.layout(), next.version()));
    }
    batch = new EventBatch<>(next, options.features(), options.badEvents(), capacity);
    model = next;
    serializer.describe(next.layout(), next.version());
  }
}
