package dev.unroll.app.bench;

import dev.unroll.Engine;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.State;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Runs steps: of one sequence with its state, or of a batch of keys out of many, whose states are
/// looked up, gathered and scattered.
final class StepRun implements WorkloadRun {
  /// The number of batches of keys; each call takes the next batch, in random order.
  private static final int BATCHES = 16;

  private final Stepper stepper;
  private final Rows x;
  private final Rows y;
  private final State state;
  private final KeyedStates<Integer> states;
  private final List<List<Integer>> keys = new ArrayList<>();
  private int calls;

  StepRun(Workload workload, RunnableLayer layer, Engine engine) {
    int batch = workload.shape().batch();
    stepper = batch == 1 ? new Stepper(layer, engine, 1) : new Stepper(layer, engine);
    x = WorkloadRun.input(batch, layer.inputSize());
    y = Rows.allocate(batch, layer.outputSize());
    state = stepper.initial();
    states = new KeyedStates<>(stepper.layout());
    var all = new ArrayList<>(IntStream.range(0, batch * BATCHES).boxed().toList());
    Collections.shuffle(all, new Random(1));
    for (int from = 0; from < all.size(); from += batch) {
      keys.add(List.copyOf(all.subList(from, from + batch)));
    }
  }

  @Override
  public void call() {
    if (keys.getFirst().size() == 1) {
      stepper.step(x.array(), 0, state, y.array(), 0, state);
    } else {
      stepper.step(states, keys.get(calls), x.array(), y.array());
      calls = (calls + 1) % BATCHES;
    }
  }

  @Override
  public long bytes() {
    return stepper.bytes() + states.bytes();
  }
}
