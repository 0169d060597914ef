package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.expr.graph.Node;
import dev.unroll.expr.graph.StepGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Lists of vectors behind a matrix, `W [x; h]`, as chapters write them. A list was refused with
/// "write ( for a parenthesis".
class ConcatenationTest {
  private static final String GRU = """
      r  = σ(Wr [x; h] + br)
      z  = σ(Wz [x; h] + bz)
      n  = tanh(Wn [x; r * h] + bn)
      h' = (1 - z) * n + z * h
      """;

  @Test
  void isOneParameterWithTheColumnsOfAllVectors() {
    var cell = Cell.parse("gru", GRU);
    assertThat(cell.equations().getFirst()).isEqualTo(new Equation("r",
        new Expr.Apply(Function.SIGMOID, new Expr.Product("Wr",
            new Expr.Concatenation(List.of(Expr.x(), new Expr.Previous("h"))))
            .plus(new Expr.Vector("br")))));
    assertThat(cell.shapes().matrices()).hasToString(
        "{Wr=Matrix[rows=H, columns=[F, H], heads=1], "
            + "Wz=Matrix[rows=H, columns=[F, H], heads=1], "
            + "Wn=Matrix[rows=H, columns=[F, H], heads=1]}");
  }

  @Test
  void isPrintedAsItWasWritten() {
    assertThat(Cell.parse("gru", GRU)).hasToString(GRU);
    var spread = "h' = tanh(W [x\n  ; (r * h); V (x)\n] ∘ 1)\nr' = σ(x)\n";
    assertThat(Cell.parse("my", spread)).hasToString("""
        h' = tanh(W [x; r * h; V x] * 1)
        r' = σ(x)
        """);
  }

  @Test
  void isPrintedAsLatex() {
    assertThat(Cell.parse("gru", GRU).latex()).contains(
        "r_t &= \\sigma(W_r [x_t; h_{t-1}] + b_r) \\\\",
        "n_t &= \\tanh(W_n [x_t; r_t \\odot h_{t-1}] + b_n) \\\\");
    assertThat(Cell.parse("my", "h' = W [x; h / 2]").latex())
        .contains("h_t &= W \\left[x_t; \\frac{h_{t-1}}{2}\\right]\n");
  }

  /// The same graph as the sum of products, but for the names of the matrices.
  @Test
  void isTheSumOfTheProductsThatItIsMadeOf() {
    var lists = StepGraph.of(Cell.parse("my", "h' = tanh(W [x; h; x * h] + b)\nsize h = F"));
    var sums = StepGraph.of(Cell.parse("my", "h' = tanh(A x + B h + C (x * h) + b)\nsize h = F"));
    var named = sums.graph().nodes().stream().map(node -> node instanceof Node.Product p
        ? new Node.Product("W[" + (p.matrix().charAt(0) - 'A' + 1) + "]", p.operand(), p.size())
        : node).toList();
    assertThat(lists.graph().nodes()).isEqualTo(named);
  }

  @Test
  void aListThatWasBuiltWhereNoneCanBeWrittenIsRefused() {
    var list = new Expr.Concatenation(List.of(Expr.x(), new Expr.Previous("h")));
    var one = new Expr.Product("W", new Expr.Concatenation(List.of(Expr.x())));
    var nested = new Expr.Product("W", new Expr.Concatenation(List.of(list, Expr.x())));
    for (var wrong : List.of(list, one, nested, new Expr.Product("W", list.times(Expr.x())))) {
      assertThatExceptionOfType(CellException.class)
          .isThrownBy(() -> new Cell("my", List.of(new Equation("h'", wrong))))
          .withMessageContaining("a list has two vectors or more and stands right behind a matrix");
    }
  }
}
