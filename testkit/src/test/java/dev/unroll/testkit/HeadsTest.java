package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.cell.rewrite.Tangent;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Cells with block-diagonal matrices, at sizes that their heads divide: the interpreter in
/// `double` agrees with the same cell with full matrices that are zero outside of the blocks, and
/// everything else with the interpreter.
class HeadsTest {
  /// Traits that a plan can get wrong, all with H 6 or a multiple and F 4 or a multiple.
  private static final String ZOO =
      """
      ## two-and-three: products of different heads are not stacked
      a  = tanh(U h) * σ(V h + W x)
      h' = tanh(Q a + R h) * a
      heads U V = 2
      heads Q = 3

      ## of-the-input: blocks that are not square
      h' = tanh(W x + U h + b)
      heads W = 2
      heads U = 3

      ## a-head-for-each-unit
      h' = tanh(W x + U h)
      heads U = 6

      ## used-twice: one matrix, two vectors
      h' = tanh(U h + U c + W x)
      c' = tanh(U h - V c)
      heads U V = 2

      ## second-stage: a product with heads behind another
      r  = σ(Wr x + Ur h)
      n  = tanh(Wn x + Un (r * h))
      h' = r * n + (1 - r) * h
      heads Ur Un = 3

      ## sums-of-both: full products and others add up to one gradient
      f  = σ(W x + U h)
      g  = tanh(Q x + V h)
      h' = f * tanh(U h) + g * (V h)
      heads V = 2

      ## before-and-after-the-loop
      a  = tanh(W x)
      h' = tanh(V a + u * h)
      y  = Q h' + R a
      out y
      heads V Q = 2
      heads W = 2

      ## sums-of-rows: units cannot be divided
      h' = tanh(W x + U h) * mean(h)
      heads U = 3
      """;

  static List<Named<Cell>> cells() {
    var cells = new ArrayList<Named<Cell>>();
    for (var entry : ZOO.split("(?m)^## ")) {
      if (!entry.isBlank()) {
        var title = entry.lines().findFirst().orElseThrow();
        var name = title.split(":")[0].strip();
        cells.add(Named.of(name, Cell.parse(name, entry.substring(title.length()))));
      }
    }
    for (var cell : List.of(Lstm.cell(), Gru.cell(), Cells.sLstm(), Cells.rgLru(), Cells.lru())) {
      for (int heads : new int[] {2, 3}) {
        var named = cell.heads(heads).named(cell.name() + "-" + heads);
        cells.add(Named.of(named.name(), named));
      }
    }
    return cells;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void gradientsMatch(Cell cell) {
    Gradients.assertMatch(cell, 3, 2, 4, 6, 20260101);
    Gradients.assertMatch(cell, 1, 1, 2, 6, 3);
    Gradients.assertMatch(VariationalDropout.of(cell, Masks.UNTIED), 2, 3, 4, 6, 8);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void tangentsMatch(Cell cell) {
    Gradients.assertMatch(Tangent.of(cell).cell(), 2, 3, 4, 6, 11);
  }

  /// The same function with full matrices: outputs, states, and the gradients of all that is not
  /// such a matrix.
  @ParameterizedTest
  @MethodSource("cells")
  void itIsTheCellWithZerosOutsideOfTheBlocks(Cell cell) {
    var problem = CellProblem.of(cell, 3, 2, 4, 6, 7);
    var full = new Cell(cell.name(), cell.equations(), cell.output(), cell.sizes(),
        cell.initializers(), cell.starts());
    var parameters = new LinkedHashMap<>(problem.parameters());
    cell.heads().forEach((matrix, heads) -> parameters.put(matrix,
        diagonal(parameters.get(matrix), 6, heads)));
    var same = new CellProblem(full, 3, 2, problem.sizes(), parameters, problem.masks(),
        problem.given(), problem.states(), problem.x(), problem.outputCoefficients(),
        problem.stateCoefficients(), 7);
    var expected = Interpretation.of(same).outcome();
    var actual = Interpretation.of(problem).outcome();
    expected.values().forEach((name, values) -> assertThat(actual.values().get(name)).as(name)
        .containsExactly(values, within(values)));
    expected.gradients().forEach((name, values) -> {
      var heads = cell.heads().get(name.substring(1));
      assertThat(actual.gradients().get(name)).as(name).containsExactly(
          heads == null ? values : blocks(values, 6, heads), within(values));
    });
  }

  /// Zeros are added in other places of the sums.
  private static Offset<Double> within(double[] values) {
    double most = 1;
    for (double value : values) {
      most = Math.max(most, Math.abs(value));
    }
    return Offset.offset(1e-14 * most);
  }

  private static double[] diagonal(double[] blocks, int rows, int heads) {
    int columns = blocks.length / rows;
    var full = new double[rows * columns * heads];
    for (int i = 0; i < blocks.length; i++) {
      int row = i / columns;
      full[row * columns * heads + row / (rows / heads) * columns + i % columns] = blocks[i];
    }
    return full;
  }

  private static double[] blocks(double[] full, int rows, int heads) {
    int columns = full.length / rows / heads;
    var blocks = new double[rows * columns];
    for (int i = 0; i < blocks.length; i++) {
      int row = i / columns;
      blocks[i] = full[row * columns * heads + row / (rows / heads) * columns + i % columns];
    }
    return blocks;
  }

  /// Blocks of less than a vector, of whole panels, and with an end; steps beyond the first sums.
  @ParameterizedTest
  @MethodSource("cells")
  void allProvidersThreadsAndDivisionsHaveTheSameBits(Cell cell) {
    SameBitsTest.assertSameBits(cell, new Sizes(3, 5, 8, 6, 2));
    SameBitsTest.assertSameBits(cell, new Sizes(2, 2, 4, 192, 5));
    SameBitsTest.assertSameBits(cell, new Sizes(2, 7, 36, 138, 4));
    SameBitsTest.assertSameBits(cell, new Sizes(67, 2, 4, 48, 9));
  }

  /// As many rows as pass in several blocks.
  @ParameterizedTest
  @MethodSource("cells")
  void thePlanMatchesTheInterpreterForLargerSizes(Cell cell) {
    for (var problem : List.of(CellProblem.of(cell, 17, 7, 36, 66, 5),
        CellProblem.of(cell, 23, 13, 12, 30, 6))) {
      var expected = Interpretation.of(problem);
      Gradients.assertExecuted(expected, Plan.training(cell), Providers.scalar(), 1);
      Gradients.assertExecuted(expected, Plan.training(cell), Providers.best(), 3);
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void tracedPlansKeepTheSame(Cell cell) {
    TracingTest.assertTraced(cell, new Sizes(4, 3, 8, 6, 21));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyMistakeInThePlanIsFound(Cell cell) {
    if (!cell.name().startsWith("rg-lru")) { // see WrongPlansTest
      WrongPlansTest.assertEveryMistakeIsFound(cell, 4, 6, Providers.scalar());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"multiply", "accumulateOuter"})
  void aWrongKernelIsFound(String mistake) {
    var expected = Interpretation.of(CellProblem.of(Cells.sLstm().heads(3), 3, 2, 4, 6, 1));
    assertThatThrownBy(() -> Gradients.assertExecuted(expected,
        Plan.training(expected.problem().cell()), new WrongKernels(mistake), 1))
        .isInstanceOf(AssertionError.class).hasMessageContaining("wrong " + mistake);
  }

  @Test
  void rewritesKeepTheHeads() {
    Rewrites.ALL.forEach((name, rewrite) -> {
      for (var cell : List.of(Cells.sLstm().heads(2), Cells.gruResetBefore().heads(3))) {
        var rewritten = rewrite.apply(cell);
        assertThat(rewritten.heads()).as(name).isEqualTo(cell.heads());
        Gradients.assertMatch(rewritten, 3, 2, 4, 6, 5);
      }
    });
  }

  @Test
  void matricesOfEqualHeadsAreStacked() {
    assertThat(Plan.training(Cells.sLstm().heads(4)).toString())
        .contains("[Wi;Wf;Wz;Wo]ᵀ", "[Ri;Rf;Rz;Ro]/4ᵀ", "d[Ri;Rf;Rz;Ro]/4 +=");
    assertThat(Plan.inference(Cell.parse("h' = tanh(U h + V h + W h)\nheads U W = 2")).toString())
        .contains("[U;W]/2ᵀ", "[V]ᵀ");
  }

  @Test
  void oneHeadIsAFullMatrix() {
    assertThat(Cells.sLstm().heads(1)).isEqualTo(Cells.sLstm());
    assertThat(Plan.training(Cells.sLstm().heads(1)))
        .hasToString(Plan.training(Cells.sLstm()).toString());
  }

  @Test
  void sizesThatHeadsDoNotDivideAreRefused() {
    var cell = Cells.sLstm().heads(4);
    assertThatThrownBy(() -> CellProblem.of(cell, 1, 1, 3, 6, 1).interpret(
        GradientGraph.of(StepGraph.of(cell))))
        .isInstanceOf(CellException.class)
        .hasMessage(
            "the matrix Ri has 4 heads and 6 rows, expected a multiple of 4; choose another "
                + "H, or another number of heads");
  }
}
