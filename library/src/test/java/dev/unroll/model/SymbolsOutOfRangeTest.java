package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.layer.stepping.KeyedStates;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A language model took symbols that it does not have, for which it read whatever parameters
/// follow those of its symbols; negative ones were a bare `ArrayIndexOutOfBoundsException`. Each is
/// refused before anything is read.
class SymbolsOutOfRangeTest {
  private static final int V = 6;
  private static final int[] GOOD = {0, 1, 2, 3, 4, 5};

  private final Engine engine = Engine.of(1);
  private final SequenceToSequence model = LanguageModel.of(V, Lstm.cell(), 4);

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 6, 9, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void ofAStepper(int symbol) {
    var stepper = model.stepper(engine, 2);
    var state = stepper.initial();
    assertRefused(symbol, () -> stepper.step(symbol, state, new float[V], state));
    assertThat(state).isEqualTo(stepper.initial());
    var states = new KeyedStates<String>(stepper.layout());
    assertRefused(symbol, () -> stepper.step(
        states, List.of("a", "b"), new int[] {0, symbol}, new float[2 * V]));
    assertThat(states.keys()).isEmpty();
    assertRefused(symbol,
        () -> new Generator(model, engine, new Sampling(1, 0, 1), 1, new int[] {1, symbol}));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 6, 9, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void ofABatch(int symbol) {
    int[] bad = GOOD.clone();
    bad[4] = symbol;
    var run = model.run(engine, new ModelBounds(GOOD.length, GOOD.length, 1, true));
    assertThatThrownBy(() -> run.train(batch(bad, GOOD), 0)).isInstanceOf(DataException.class)
        .hasMessageContaining("symbol " + symbol);
    if (symbol != -1) { // which asks nothing
      assertThatThrownBy(() -> run.train(batch(GOOD, bad), 0)).isInstanceOf(DataException.class);
    }
    for (var state : run.states().entrySet()) {
      var rows = state.getValue();
      assertThat(Arrays.copyOfRange(rows.array(), rows.offset(), rows.offset() + rows.columns()))
          .as(state.getKey()).containsOnly(0);
    }
    assertThat(model.parameters().gradients()).containsOnly(0);
  }

  private static Batch batch(int[] symbols, int[] targets) {
    return Batch.of(List.of(new Example(new Symbols(symbols), new Symbols(targets))));
  }

  private static void assertRefused(int symbol, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "symbol %d( at place \\d)? is out of range, expected 0 … 5; correct it, or"
                .formatted(symbol) + " use a model of more symbols than the 6 of embedding.E");
  }
}
