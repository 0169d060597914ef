package dev.unroll.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells.Published;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CellsTest {

  @Test
  void theCellsAreThereInOrder() {
    assertThat(Cells.all().stream().map(Published::name))
        .containsExactly("rnn", "rnn-relu", "rnn-sigmoid", "rnn-identity", "irnn", "lstm",
            "lstm-peephole", "lstm-coupled", "lstm-projected", "lstm-layernorm", "gru",
            "gru-reset-before", "mgu", "indrnn", "mingru", "minlstm", "slstm", "rg-lru", "rwkv4",
            "lru",
            "cfc", "qrnn", "sru", "two-speed");
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.cell.Cells#all")
  void eachIsFoundDescribedAndReadBack(Published published) {
    var cell = published.cell();
    assertThat(Cells.find(published.name())).isEqualTo(cell);
    assertThat(published.name()).isEqualTo(cell.name());
    assertThat(published.title()).isNotBlank().hasSizeLessThan(70);
    assertThat(published.source()).isNotBlank().hasSizeLessThan(50);
    assertThat(Cell.parse(cell.name(), cell.toString())).isEqualTo(cell);
  }

  /// The gates are stacked in the order in which the equations name them.
  @Test
  void gatesStandInTheOrderOfTheField() {
    assertThat(Lstm.cell().shapes().matrices().keySet())
        .containsExactly("Wi", "Ui", "Wf", "Uf", "Wg", "Ug", "Wo", "Uo");
    assertThat(Gru.cell().shapes().matrices().keySet())
        .containsExactly("Wr", "Ur", "Wz", "Uz", "Wn", "Un");
    assertThat(GruResetBefore.cell().shapes().matrices().keySet())
        .containsExactly("Wr", "Ur", "Wz", "Uz", "Wn", "Un");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearestAndAll() {
    assertThatThrownBy(() -> Cells.find("LSTM"))
        .isInstanceOf(CellException.class)
        .hasMessage(
            "There is no cell called 'LSTM'; did you mean lstm? The cells are rnn, rnn-relu, "
                + "rnn-sigmoid, rnn-identity, irnn, lstm, lstm-peephole, lstm-coupled, "
                + "lstm-projected, lstm-layernorm, gru, gru-reset-before, mgu, indrnn, "
                + "mingru, minlstm, slstm, rg-lru, rwkv4, lru, cfc, qrnn, sru, two-speed.");
    assertThatThrownBy(() -> Cells.find("transformer"))
        .hasMessageStartingWith("There is no cell called 'transformer'. The cells are rnn,");
  }
}
