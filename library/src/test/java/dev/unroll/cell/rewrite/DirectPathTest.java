package dev.unroll.cell.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected paths are derivatives on paper.
class DirectPathTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      rnn              | h | 0
      irnn             | h | 0
      lstm             | c | f
      lstm             | h | 0
      lstm-projected   | c | f
      lstm-layernorm   | c | f
      lstm-coupled     | c | 1 - i
      lstm-peephole    | c | f * (1 - f) * p_f * c + f + i * (1 - i) * p_i * g
      lstm-peephole    | h | 0
      gru              | h | z
      gru-reset-before | h | 1 - z
      mgu              | h | 1 - f
      indrnn           | h | step(W x + u * h + b) * u
      mingru           | h | 1 - z
      minlstm          | h | f
      slstm            | m | step(f - i)
      slstm            | c | exp(f - m')
      slstm            | n | exp(f - m')
      slstm            | h | 0
      rg-lru           | h | exp(l)
      rwkv4            | m | step(d - k)
      rwkv4            | a | exp(d - m')
      rwkv4            | b | exp(d - m')
      rwkv4            | p | 0
      lru              | a | p
      lru              | b | p
      cfc              | h | 0
      qrnn             | c | f
      qrnn             | pz | 0
      qrnn             | pf | 0
      qrnn             | po | 0
      sru              | c | f * (1 - f) * vf * c + f + -(f * (1 - f) * vf) * Wn x
      two-speed        | s | a
      two-speed        | h | 0
      """)
  void ofPublishedCells(String cell, String state, String path) {
    assertThat(DirectPath.of(Cells.find(cell), state).path().text()).isEqualTo(path);
  }

  @Test
  void followsAStateThroughLaterLinesAndPastReductions() {
    var cell = Cell.parse("leaky", """
        m  = mean(h)
        a  = 0.5 * h - m
        h' = max(a, x) - abs(h) / (2 + h) + var(h)
        """);
    assertThat(DirectPath.of(cell, "h").path().text()).isEqualTo(
        "step(a - x) * 0.5 - (sign(h) - abs(h) / (2 + h)) / (2 + h)");
  }

  @Test
  void seesZoneout() {
    assertThat(DirectPath.of(Zoneout.of(Lstm.cell()), "c").path().text())
        .isEqualTo("stepmask(zoneout_c) + (1 - stepmask(zoneout_c)) * f");
  }

  @Test
  void refusesAStateThatIsNotThere() {
    assertThatThrownBy(() -> DirectPath.of(Gru.cell(), "c"))
        .isInstanceOf(CellException.class)
        .hasMessage("Cell gru has no state c; it has h.");
  }

  @Test
  void theRestOfAStepStartsFromTheNewValue() {
    var rest = AfterUpdate.of(Cells.peepholeLstm(), "c");
    assertThat(rest.old()).isEqualTo("c_old");
    assertThat(rest.cell()).hasToString("""
        i      = σ(Wi x + Ui h + p_i * c_old + bi)
        f      = σ(Wf x + Uf h + p_f * c_old + bf)
        g      = tanh(Wg x + Ug h + bg)
        c'     = c
        o      = σ(Wo x + Uo h + p_o * c' + bo)
        h'     = o * tanh(c')
        c_old' = c_old
        """);
  }

  @Test
  void theRestOfAStepKeepsItsSizes() {
    var cell = Cell.parse("sized", """
        a  = σ(p)
        c' = a * c + x
        h' = U h + V c'
        """);
    assertThat(AfterUpdate.of(cell, "c").cell().shapes().values())
        .containsAllEntriesOf(cell.shapes().values());
  }
}
