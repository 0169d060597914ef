package dev.unroll.server.batch;

import dev.unroll.server.protocol.RefusedException;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.Features;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Steps the sequences of all requests that wait in one call of the model. Each gets the same bits
/// as if it were stepped alone.
public final class StepBatcher extends SequenceCalls<StepCall> {
  private final EventBatch<StepCall> batch;
  private final int outputs;
  private final IntConsumer stepped;

  /// @param capacity the most sequences that are stepped in a call
  /// @param wait how long a call waits for more, at most
  /// @param stepped is told how many were stepped in a call
  public StepBatcher(StreamModel model, int capacity, Duration wait, IntConsumer stepped) {
    super(capacity, wait);
    this.stepped = stepped;
    outputs = model.outputs().size();
    int features = model.features().size();
    Features<StepCall> reader = (call, row) -> {
      for (int i = 0; i < features; i++) {
        row.set(i, call.feature(i));
      }
    };
    batch = new EventBatch<>(model, reader, BadEvents.SKIP, capacity);
  }

  /// Makes all steps of a request, together with those of others.
  ///
  /// @throws RefusedException if its numbers cannot be read; no state has changed then
  public void step(StepCall call) {
    await(call);
  }

  @Override
  void step(List<StepCall> together) {
    try {
      for (var call : together) {
        if (call.isAbandoned()) {
          call.refuse(new ClientLeftException());
          continue;
        }
        var why = add(call);
        if (why != null) {
          call.refuse(RefusedException.invalid("%s", why));
        }
      }
      batch.score();
      stepped.accept(batch.size());
      int at = 0;
      for (var call : together) {
        at = call.isDone() ? skip(call, at) : read(call, at);
      }
    } finally {
      batch.clear();
    }
  }

  private @Nullable String add(StepCall call) {
    for (int i = 0; i < call.size(); i++) {
      var why = batch.add(call.reading(i), call.time(i), call.state(i));
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  /// Those of a refused request that were added before its fault was seen: their states are copies
  /// that nobody keeps.
  @SuppressWarnings("ReferenceEquality") // the call itself
  private int skip(StepCall call, int at) {
    int next = at;
    while (next < batch.size() && batch.event(next) == call) {
      next++;
    }
    return next;
  }

  private int read(StepCall call, int at) {
    var y = call.y();
    for (int i = 0; i < call.size(); i++) {
      var score = batch.score(at + i);
      int to = call.place(i);
      for (int k = 0; k < outputs; k++) {
        y[to + k] = score.value(k);
      }
    }
    call.stepped();
    return at + call.size();
  }
}
