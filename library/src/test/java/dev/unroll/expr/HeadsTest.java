package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The line `heads` of a cell.
class HeadsTest {
  private static final String TEXT = """
      a  = tanh(W x + U h)
      h' = V a + Q h
      heads U Q = 4
      heads V = 2
      """;

  @Test
  void matricesHaveHeads() {
    var cell = Cell.parse(TEXT);
    assertThat(cell.heads()).isEqualTo(Map.of("U", 4, "V", 2, "Q", 4));
    var matrices = cell.shapes().matrices();
    assertThat(matrices.get("U"))
        .isEqualTo(new Cell.Shapes.Matrix(Size.HIDDEN, List.of(Size.HIDDEN), 4));
    assertThat(matrices.get("W")).isEqualTo(new Cell.Shapes.Matrix(Size.HIDDEN, Size.INPUT));
    assertThat(matrices.get("U").stored(Dimensions.of(3, 8))).isEqualTo(2);
  }

  @Test
  void theTextHasMatricesOfEqualHeadsInALine() {
    var cell = Cell.parse(TEXT);
    assertThat(cell).hasToString("""
        a  = tanh(W x + U h)
        h' = V a + Q h
        heads V = 2
        heads U Q = 4
        """);
    assertThat(Cell.parse(cell.toString())).isEqualTo(cell);
  }

  @Test
  void latexHasTheBlocks() {
    assertThat(Cell.parse(TEXT).latex()).isEqualTo("""
        \\begin{align*}
        a_t &= \\tanh(W x_t + U h_{t-1}) \\\\
        h_t &= V a_t + Q h_{t-1} \\\\
        U &= \\operatorname{diag}(U^{(1)}, \\dots, U^{(4)}) \\\\
        Q &= \\operatorname{diag}(Q^{(1)}, \\dots, Q^{(4)}) \\\\
        V &= \\operatorname{diag}(V^{(1)}, V^{(2)})
        \\end{align*}
        """);
  }

  @Test
  void oneHeadIsAFullMatrix() {
    var cell = Cell.parse(TEXT);
    assertThat(cell.heads("V", 1).heads("U", 1).heads("Q", 1))
        .isEqualTo(Cell.parse("a = tanh(W x + U h)\nh' = V a + Q h"));
    assertThat(Cell.parse("h' = W x + U h\nheads U = 1").heads()).isEmpty();
  }

  @Test
  void aCellHasThemInItsSquareMatrices() {
    assertThat(Cells.sLstm().heads(4).heads())
        .isEqualTo(Map.of("Ri", 4, "Rf", 4, "Rz", 4, "Ro", 4));
    assertThat(Cells.rgLru().heads(16).heads()).isEqualTo(Map.of("Wr", 16, "Wi", 16));
    assertThatThrownBy(() -> Cells.minGru().heads(2)).isInstanceOf(CellException.class)
        .hasMessage("Cell mingru has no matrix with H rows and H columns to divide into heads; "
            + "expected one such as U in U h");
  }

  /// It is no reserved word, so that every cell that was well formed still is.
  @Test
  void headsIsAName() {
    assertThat(Cell.parse("heads = W x\nh' = heads + U h\nheads U = 2"))
        .hasToString("heads = W x\nh'    = heads + U h\nheads U = 2\n");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "heads U        | cell:2:8: expected another matrix, or '=' after heads U, found the end of "
        + "the line",
    "heads U = h    | cell:2:11: expected the number of heads, such as 4, found 'h'",
    "heads U = 2.5  | cell:2:11: expected a whole number of heads from 1 to 2147483647, found "
        + "'2.5'",
    "heads U = 0    | cell:2:11: expected a whole number of heads from 1 to 2147483647, found '0'",
    "heads U' = 2   | cell:2:7: expected a name without a prime, U, found U'",
    "start h' = 1   | cell:2:7: expected a name without a prime, h, found h'",
    "init b' = 1    | cell:2:6: expected a name without a prime, b, found b'",
    "out x          | cell:2:1: x is the input of the step; use another name",
    "heads U U = 2  | cell:2:1: a second line 'heads U'; the first is line 2",
    "heads R = 2    | cell:2:1: heads names R, which is not a matrix; its matrices are W, U",
    "heads b = 2    | cell:2:1: heads names b, which is not a matrix; its matrices are W, U",
    "headss U = 2   | cell:2:8: expected '=' after headss, found 'U'; did you mean heads?"})
  void mistakesGetOneSentence(String line, String message) {
    assertThatThrownBy(() -> Cell.parse("h' = tanh(W x + U h + b)\n" + line))
        .isInstanceOf(CellException.class).hasMessageStartingWith(message);
  }

  @Test
  void aListOfVectorsHasNoHeads() {
    assertThatThrownBy(() -> Cell.parse("h' = tanh(W [x; h])\nheads W = 2"))
        .isInstanceOf(CellException.class)
        .hasMessageStartingWith("cell:2:1: heads divides W, which is multiplied by a list of 2 "
            + "vectors; expected one vector, such as W h: write a matrix for each vector of the "
            + "list");
    assertThatThrownBy(() -> Cells.sLstm().heads("Ri", -1)).isInstanceOf(CellException.class)
        .hasMessageContaining("heads gives Ri -1 heads; expected 1 or more");
  }

  @Test
  void sizesAreMultiplesOfTheHeads() {
    var shapes = Cell.parse(TEXT).shapes();
    assertThat(shapes.headsProblem(Dimensions.of(3, 8))).isNull();
    assertThat(shapes.headsProblem(Dimensions.of(3, 6)))
        .isEqualTo(
            "the matrix U has 4 heads and 6 rows, expected a multiple of 4; choose another H,"
                + " or another number of heads");
    assertThatThrownBy(() -> new Recurrent("layer", Cell.parse("my", TEXT), Dimensions.of(3, 6),
        new Parameters(), 0, CounterRandom.of(1))).isInstanceOf(CellException.class)
        .hasMessageStartingWith("Cell my: the matrix U has 4 heads");
  }
}
