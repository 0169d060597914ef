package dev.unroll.layer.stepping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.run.WrappedRun;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.layer.wrapper.WrappedLayer;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A stepper that several threads shared mixed up their states: a third of the steps was wrong, and
/// nothing said so. Shared keys broke, and their snapshot could not be written any more.
class OverlappingStepsTest {
  private static final int F = 2;
  private static final int H = 5;
  private static final int THREADS = 4;
  private static final int STEPS = 4000;

  private final Engine engine = Engine.of(1);
  private final Recurrent layer = layer(F);

  @AfterEach
  void close() {
    engine.close();
  }

  /// Each step is right or refused: whatever the threads do, and however often they meet.
  @Test
  void noStepOfASharedStepperIsSilentlyWrong() throws Exception {
    var shared = new Stepper(layer, engine, 1);
    var alone = new Stepper(layer, engine, 1);
    var start = new CyclicBarrier(THREADS);
    var tasks = new ArrayList<Callable<List<State>>>();
    for (int i = 0; i < THREADS; i++) {
      float value = i;
      tasks.add(() -> {
        start.await();
        var states = new ArrayList<State>();
        var state = shared.initial();
        for (int t = 0; t < STEPS; t++) {
          var next = shared.initial();
          try {
            shared.step(new float[] {value, t % 7}, 0, state, new float[H], 0, next);
          } catch (IllegalStateException e) {
            assertThat(e).hasMessageStartingWith("Stepper is in a call of thread ")
                .hasMessageEndingWith(
                    "it serves one caller at a time: give each thread a stepper of"
                        + " its own; steppers may share a layer");
            t--;
            continue;
          }
          states.add(next);
          state = next;
        }
        return states;
      });
    }
    var found = new ArrayList<List<State>>();
    try (var pool = Executors.newFixedThreadPool(THREADS)) {
      for (var future : pool.invokeAll(tasks)) {
        found.add(future.get());
      }
    }
    for (int i = 0; i < THREADS; i++) {
      var state = alone.initial();
      for (int t = 0; t < STEPS; t++) {
        alone.step(new float[] {i, t % 7}, 0, state, new float[H], 0, state);
        assertThat(found.get(i).get(t)).as("thread %d, step %d", i, t).isEqualTo(state);
      }
    }
  }

  /// While one stepper is in the middle of a step of some keys.
  @Test
  void keysInUseAreRefusedToEveryOther() {
    var stepper = new Stepper(layer, engine, 1);
    var other = new Stepper(layer, engine, 1);
    var states = new KeyedStates<String>(stepper.layout());
    other.step(states, List.of("old"), new float[F], new float[H]);
    var before = states.get("old");
    var calls = List.<Runnable>of(
        () -> other.step(states, List.of("b"), new float[F], new float[H]),
        () -> states.put("b", other.initial()), () -> states.get("old"),
        () -> states.lastStep("old"), () -> states.toBytes(KeyFormat.STRING),
        () -> states.remove("old"), () -> states.at(1), () -> states.expire(1));
    var keys = new AbstractList<String>() {
      private int refused;

      @Override
      public String get(int index) {
        for (var call : calls) {
          assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class)
              .hasMessageStartingWith("KeyedStates is in a call of thread ");
          refused++;
        }
        return "a";
      }

      @Override
      public int size() {
        return 1;
      }
    };
    stepper.step(states, keys, new float[F], new float[H]);
    assertThat(keys.refused).isPositive();
    assertThat(states.keys()).containsExactlyInAnyOrder("old", "a");
    assertThat(states.get("old")).isEqualTo(before);
    calls.forEach(Runnable::run); // one after the other they are fine
  }

  @Test
  void aTableInUseIsRefusedToAnotherStepper() {
    var table = new StateTable(new Stepper(layer, engine, 1).layout());
    var stepper = new Stepper(layer, engine, 1);
    int slot = table.add();
    table.caller().enter();
    assertThatThrownBy(() -> stepper.step(
        new float[F], 0, table, new int[] {slot}, 1, new float[H], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("StateTable is in a call of thread ");
    assertThatThrownBy(table::add).isInstanceOf(IllegalStateException.class);
    table.caller().leave();
    stepper.step(new float[F], 0, table, new int[] {slot}, 1, new float[H], 0);
  }

  /// In the middle of a call the run is called again; a stack as well as a single layer, and within
  /// what is around a layer.
  @Test
  void theRunOfALayerRefusesACallWithinACall() {
    var inner = new Reentrant(layer(H));
    for (var outer : List.of(new Stack(List.of(inner)), new Residual(inner),
        new Recomputed(new Stack(List.of(inner)), 2))) {
      var run = outer.run(engine, Bounds.of(4, 1, true));
      inner.outer = run;
      run.load();
      run.begin();
      inner.refused = 0;
      run.forward(Rows.allocate(4, outer.inputSize()), Span.of(4));
      assertThat(inner.refused).as(outer.toString()).isPositive();
      run.backward(Rows.allocate(4, outer.outputSize()), Span.of(4));
    }
  }

  @Test
  void aCallThatFailsDoesNotBlockTheNext() {
    var stepper = new Stepper(layer, engine, 1);
    var states = new KeyedStates<String>(stepper.layout());
    var keys = new ArrayList<String>();
    keys.add(null);
    assertThatThrownBy(() -> stepper.step(states, keys, new float[F], new float[H]))
        .isInstanceOf(StateException.class);
    stepper.step(states, List.of("a"), new float[F], new float[H]);
    assertThat(states.size()).isEqualTo(1);
  }

  /// A layer that calls the run that it is a part of.
  private static final class Reentrant extends WrappedLayer {
    private LayerRun outer;
    private int refused;

    Reentrant(RunnableLayer layer) {
      super(layer);
    }

    @Override
    public LayerRun run(Engine engine, Bounds bounds) {
      assertThat(bounds.inner()).isTrue();
      return new WrappedRun(layer.run(engine, bounds)) {
        @Override
        public Rows forward(Rows x, Span span) {
          assertThatThrownBy(() -> outer.forward(x, span))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageMatching(
                  "the run of a \\w+ is in a call of thread .*, and was called by the same one "
                      + "within it; it serves one caller at a time: bind a run for each thread; "
                      + "they may share the layer");
          refused++;
          return run.forward(x, span);
        }

        @Override
        public Rows forwardStep(Rows x, int t, Span span) {
          return run.forwardStep(x, t, span);
        }

        @Override
        public Rows backward(Rows dy, Span span, boolean goesOn) {
          return run.backward(dy, span, goesOn);
        }

        @Override
        public Rows backwardStep(Rows dy, int t, Span span) {
          return run.backwardStep(dy, t, span);
        }

        @Override
        public long bytes() {
          return run.bytes();
        }
      };
    }
  }

  private static Recurrent layer(int features) {
    var parameters = new Parameters();
    var layer = new Recurrent(
        "l", Lstm.cell(), Dimensions.of(features, H), parameters, 0, CounterRandom.of(5));
    parameters.freeze();
    layer.initialize();
    return layer;
  }
}
