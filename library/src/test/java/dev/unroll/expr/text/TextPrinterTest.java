package dev.unroll.expr.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Apply;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Previous;
import dev.unroll.expr.Expr.Product;
import dev.unroll.expr.Expr.Vector;
import dev.unroll.expr.Function;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextPrinterTest {
  private static final Expr H = new Previous("h");
  private static final Expr A = new Vector("a");
  private static final Expr B = new Vector("b");

  @Test
  void oneWayToWriteACell() {
    var cell =
        Cell.parse(
            "my",
            """
            out y
            init Wf = orthogonal(1.0)
            gate=sigmoid(((Wf x))+Uf h+(bf))   # a note
            h̃ = ln(1.50 ∘ gate)
            h' = (1-gate)⊙h+(gate·h̃)
            size h = P
            y = V h'
            init bf = ones
            """);
    assertThat(cell)
        .hasToString(
            """
            gate = σ(Wf x + Uf h + bf)
            h̃    = log(1.5 * gate)
            h'   = (1 - gate) * h + gate * h̃
            y    = V h'
            out y
            size h = P
            init Wf = orthogonal
            init bf = 1
            """);
  }

  @Test
  void parenthesesOnlyWhereTheyAreNeeded() {
    assertThat(printed(A.minus(B).minus(H))).isEqualTo("a - b - h");
    assertThat(printed(A.minus(B.minus(H)))).isEqualTo("a - (b - h)");
    assertThat(printed(A.plus(B.plus(H)))).isEqualTo("a + (b + h)");
    assertThat(printed(A.times(B).over(H))).isEqualTo("a * b / h");
    assertThat(printed(A.times(B.over(H)))).isEqualTo("a * (b / h)");
    assertThat(printed(A.plus(B).times(H))).isEqualTo("(a + b) * h");
    assertThat(printed(A.plus(B.times(H)))).isEqualTo("a + b * h");
    assertThat(printed(new Product("U", new Product("V", H)))).isEqualTo("U V h");
    assertThat(printed(new Product("U", A.times(H)))).isEqualTo("U (a * h)");
    assertThat(printed(new Product("U", A))).isEqualTo("U (a)");
    assertThat(printed(new Product("U", H).times(A))).isEqualTo("U h * a");
  }

  @Test
  void signs() {
    assertThat(printed(negative(H))).isEqualTo("-h");
    assertThat(printed(negative(negative(H)))).isEqualTo("-(-h)");
    assertThat(printed(negative(new Product("U", H)))).isEqualTo("-U h");
    assertThat(printed(new Product("U", negative(H)))).isEqualTo("U (-h)");
    assertThat(printed(negative(A.times(H)))).isEqualTo("-(a * h)");
    assertThat(printed(negative(A).times(H))).isEqualTo("-a * h");
    assertThat(printed(new Constant(-1).times(H))).isEqualTo("-1 * h");
    assertThat(printed(negative(new Constant(1)).times(H))).isEqualTo("-(1) * h");
    assertThat(printed(negative(new Constant(-1)).times(H))).isEqualTo("-(-1) * h");
    assertThat(printed(H.minus(new Constant(-1)))).isEqualTo("h - -1");
  }

  @Test
  void numbers() {
    assertThat(NumberText.print(1)).isEqualTo("1");
    assertThat(NumberText.print(-0.0)).isEqualTo("-0");
    assertThat(NumberText.print(0.5)).isEqualTo("0.5");
    assertThat(NumberText.print(100)).isEqualTo("100");
    assertThat(NumberText.print(1e-5)).isEqualTo("1e-5");
    assertThat(NumberText.print(1.25e10)).isEqualTo("1.25e10");
    assertThat(NumberText.print(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(NumberText.print(Double.MIN_VALUE)).isEqualTo("4.9e-324");
  }

  private static String printed(Expr value) {
    var text = new Cell("my", List.of(new Equation("h'", value))).toString();
    return text.substring("h' = ".length(), text.length() - 1);
  }

  private static Expr negative(Expr operand) {
    return new Apply(Function.NEGATE, operand);
  }
}
