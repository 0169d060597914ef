package dev.unroll.layer.stateless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {
  private static final int[] SYMBOLS = {2, 0, 2, 4, 2};

  private final Parameters parameters = new Parameters();
  private final Embedding embedding;

  EmbeddingTest() {
    parameters.add("before", 1, 1);
    embedding = new Embedding("embedding", 5, 3, parameters, CounterRandom.of(1));
    parameters.freeze();
    embedding.initialize();
  }

  @Test
  void eachSymbolBecomesItsRow() {
    var x = new Rows(new float[1 + 5 * 3], 1, 3);
    embedding.forward(SYMBOLS, 5, x);
    var table = parameters.values();
    for (int i = 0; i < SYMBOLS.length; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(x.array()[1 + i * 3 + j]).isEqualTo(table[1 + SYMBOLS[i] * 3 + j]);
      }
    }
  }

  /// They read what parameters follow the table, or were a bare ArrayIndexOutOfBoundsException.
  @ParameterizedTest
  @ValueSource(ints = {-1, 5, 9, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void symbolsOutOfRangeAreRefusedAndNothingIsWritten(int symbol) {
    var x = Rows.allocate(3, 3);
    assertThatThrownBy(() -> embedding.forward(symbol, x.array(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("symbol %d is out of range, expected 0 … 4; correct it, or use a model of more"
            + " symbols than the 5 of embedding.E", symbol);
    assertThatThrownBy(() -> embedding.forward(new int[] {2, 4, symbol}, 3, x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "symbol %d at place 2 is out of range, expected 0 … 4; correct it, or use a model"
                + " of more symbols than the 5 of embedding.E",
            symbol);
    assertThat(x.array()).containsOnly(0);
    if (symbol != -1) { // which stands for no symbol there
      try (var engine = Engine.of(1)) {
        assertThatThrownBy(
            () -> embedding.backward(new int[] {symbol}, 1, x, 0, 3, engine.kernels()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("symbol %d at place 0 is out of range, expected 0 … 4 or −1",
                symbol);
      }
    }
  }

  @Test
  void fewerSymbolsThanAskedForAreRefused() {
    assertThatThrownBy(() -> embedding.forward(SYMBOLS, 6, Rows.allocate(6, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are 5 symbols, expected at least 6");
  }

  @Test
  void theGradientOfASymbolIsTheSumOverItsRows() {
    var dx = Rows.allocate(5, 3);
    for (int i = 0; i < 15; i++) {
      dx.array()[i] = 1 << i;
    }
    for (int threads = 1; threads <= 3; threads++) {
      try (var engine = Engine.of(threads)) {
        engine.split(1, (from, to) -> embedding.backward(SYMBOLS, 4, dx, from, to,
            engine.kernels())).run(3);
      }
    }
    // Rows 0 and 2 are symbol 2, row 1 is symbol 0, row 3 is symbol 4; the fifth row is not asked
    // for.
    assertThat(parameters.gradients()).containsExactly(0,
        3 * (1 << 3), 3 * (1 << 4), 3 * (1 << 5),
        0, 0, 0,
        3 * (1 + (1 << 6)), 3 * (2 + (1 << 7)), 3 * (4 + (1 << 8)),
        0, 0, 0,
        3 * (1 << 9), 3 * (1 << 10), 3 * (1 << 11));
  }
}
