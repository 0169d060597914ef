package dev.unroll.layer.stepping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.cell.Cells.Published;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.layer.wrapper.Dropout;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StepperTest {
  private static final int F = 5;
  private static final int H = 7;
  private static final int V = 3;

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  static Stream<Cell> cells() {
    return Cells.all().stream().map(Published::cell);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aStepIsTheStepOfARunOverTime(Cell cell) {
    int time = 4;
    var layer = stack(cell);
    var x = sines(time * F);
    var run = layer.run(engine, Bounds.of(time, 1, false));
    run.load();
    var whole = run.forward(new Rows(x, 0, F), Span.of(time, 0));

    var stepper = new Stepper(layer, engine, 1);
    var state = stepper.initial();
    var y = new float[time * V];
    for (int t = 0; t < time; t++) {
      stepper.step(x, t * F, state, y, t * V, state);
    }
    assertThat(y).containsExactly(
        Arrays.copyOfRange(whole.array(), whole.offset(), whole.offset() + time * V));
  }

  /// More keys than are stepped at once, shared by two threads or not, and odd numbers of them.
  @ParameterizedTest
  @MethodSource("cells")
  void keysDoNotInfluenceEachOther(Cell cell) {
    var layer = stack(cell);
    var many = new Stepper(layer, engine, 50);
    var one = new Stepper(layer, engine, 1);
    var states = new KeyedStates<Integer>(many.layout());
    var alone = new LinkedHashMap<Integer, State>();
    for (int n : new int[] {1, 3, 17, 131, 49}) {
      // Keys of the calls overlap, so that their states differ in age.
      var keys = IntStream.range(0, n).map(i -> i * 37 % 200).boxed().toList();
      var x = sines(n * F);
      var y = new float[n * V];
      many.step(states, keys, x, y);
      var expected = new float[n * V];
      for (int i = 0; i < n; i++) {
        var state = alone.computeIfAbsent(keys.get(i), _ -> one.initial());
        one.step(x, i * F, state, expected, i * V, state);
      }
      assertThat(y).as("%d keys of %s", n, cell.name()).containsExactly(expected);
    }
    assertThat(states.keys()).isEqualTo(alone.keySet());
    alone.forEach((key, state) -> assertThat(states.get(key)).isEqualTo(state));
  }

  @Test
  void aKeyThatComesSeveralTimesIsSteppedInOrder() {
    var stepper = new Stepper(stack(Lstm.cell()), engine, 8);
    var keys = List.of("a", "b", "a", "a", "c", "b", "a");
    var x = sines(keys.size() * F);
    var together = new KeyedStates<String>(stepper.layout());
    var y = new float[keys.size() * V];
    stepper.step(together, keys, x, y);

    var oneByOne = new KeyedStates<String>(stepper.layout());
    for (int i = 0; i < keys.size(); i++) {
      var row = new float[V];
      stepper.step(oneByOne, List.of(keys.get(i)), Arrays.copyOfRange(x, i * F, i * F + F), row);
      assertThat(row).as("event " + i).containsExactly(Arrays.copyOfRange(y, i * V, i * V + V));
    }
    assertThat(together.get("a")).isEqualTo(oneByOne.get("a"));
  }

  @Test
  void theStateBeforeIsUnchangedUnlessItIsTheResult() {
    var stepper = new Stepper(stack(Gru.cell()), engine, 1);
    var x = sines(F);
    var first = stepper.initial();
    var second = stepper.initial();
    stepper.step(x, 0, first, new float[V], 0, second);
    assertThat(first).isEqualTo(stepper.initial()).isNotEqualTo(second);
    var third = second.copy();
    stepper.step(x, 0, third, new float[V], 0, third);
    assertThat(third).isNotEqualTo(second);
  }

  @Test
  void statesOfAnotherLayerAreRefused() {
    var lstm = new Stepper(stack(Lstm.cell()), engine, 1);
    var gru = new Stepper(stack(Gru.cell()), engine, 1);
    assertThatThrownBy(
        () -> lstm.step(sines(F), 0, gru.initial(), new float[V], 0, lstm.initial()))
        .isInstanceOf(StateException.class)
        .hasMessageMatching(
            "the states are those of another layer: l.h 7 \\(fingerprint \\w{16}\\),"
                + " expected l.c 7, l.h 7 \\(fingerprint \\w{16}\\)");
  }

  @Test
  void nothingIsSteppedWhereArraysAreTooShort() {
    var stepper = new Stepper(stack(Lstm.cell()), engine, 4);
    var states = new KeyedStates<String>(stepper.layout());
    assertThatThrownBy(() -> stepper.step(states, List.of("a", "b"), sines(2 * F), new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("y has 5 floats, expected at least 6: 2 · 3 from 0 on");
    assertThat(states.keys()).isEmpty();
  }

  @Test
  void aSlotThatIsNotInUseIsRefused() {
    var stepper = new Stepper(stack(Lstm.cell()), engine, 4);
    var table = new StateTable(stepper.layout());
    int[] slots = {table.add(), table.add()};
    table.remove(slots[1]);
    assertThatThrownBy(() -> stepper.step(sines(2 * F), 0, table, slots, 2, new float[2 * V], 0))
        .isInstanceOf(StateException.class)
        .hasMessage("slot 1 is not in use, expected one that add() gave");
  }

  /// The cell, F → H, with a dropout that does not act and a dense layer H → V on it.
  private static RunnableLayer stack(Cell cell) {
    var parameters = new Parameters();
    var random = CounterRandom.of(5);
    var sizes = new LinkedHashMap<String, Integer>();
    cell.shapes().namedSizes().forEach(name -> sizes.put(name, 4));
    sizes.put(Size.INPUT.name(), F);
    sizes.put(Size.HIDDEN.name(), H);
    var layer = new Recurrent("l", cell, new Dimensions(sizes), parameters, 0.3, random);
    var dense = Dense.layer("d", layer.outputSize(), V, parameters, random);
    parameters.freeze();
    layer.initialize();
    dense.initialize();
    return new Stack(
        List.of(layer, new Dropout("dropout", layer.outputSize(), 0.5, random), dense));
  }

  private static float[] sines(int n) {
    var sines = new float[n];
    for (int i = 0; i < n; i++) {
      sines[i] = (float) Math.sin(i);
    }
    return sines;
  }
}
