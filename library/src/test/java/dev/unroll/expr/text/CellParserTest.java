package dev.unroll.expr.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Apply;
import dev.unroll.expr.Expr.Combine;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Mask;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Previous;
import dev.unroll.expr.Expr.Product;
import dev.unroll.expr.Expr.Reduce;
import dev.unroll.expr.Expr.Reduction;
import dev.unroll.expr.Expr.StepMask;
import dev.unroll.expr.Expr.StepNumber;
import dev.unroll.expr.Expr.Value;
import dev.unroll.expr.Expr.Vector;
import dev.unroll.expr.Function;
import dev.unroll.expr.Initializer;
import dev.unroll.expr.Size;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellParserTest {
  private static final Expr X = Expr.x();
  private static final Expr H = new Previous("h");
  private static final Expr A = new Vector("a");
  private static final Expr B = new Vector("b");
  private static final Expr C = new Vector("c");

  @Test
  void cellOfTheGuide() {
    var cell =
        Cell.parse(
            "my",
            """
            # my.cell
            f  = σ(Wf x + Uf h + bf)
            n  = tanh(Wn x + Un (f * h) + bn)
            h' = (1 - f) * h + f * n
            """);

    Expr f = new Value("f");
    Expr n = new Value("n");
    assertThat(cell)
        .isEqualTo(
            new Cell(
                "my",
                List.of(
                    new Equation(
                        "f",
                        new Apply(
                            Function.SIGMOID,
                            new Product("Wf", X).plus(new Product("Uf", H))
                                .plus(new Vector("bf")))),
                    new Equation(
                        "n",
                        new Apply(
                            Function.TANH,
                            new Product("Wn", X)
                                .plus(new Product("Un", f.times(H)))
                                .plus(new Vector("bn")))),
                    new Equation("h'", new Constant(1).minus(f).times(H).plus(f.times(n))))));
    assertThat(cell.output()).isEqualTo("h'");
    assertThat(cell.states()).containsExactly("h");
  }

  @Test
  void signsOfTheFieldAndOfTheKeyboard() {
    var keyboard =
        Cell.parse("my", "f = sigmoid(W x)\nc' = log(1 - f * x / b)\nh' = f * c' * f * x");
    var field = Cell.parse("my", "f ← σ(W x)\nc′ = ln(1 − f ∘ x / b)\nh′ ← f ⊙ c′ · f ⋅ x");
    assertThat(field).isEqualTo(keyboard);
  }

  @Test
  void sumsAndTermsGroupToTheLeft() {
    assertThat(read("a + b - c")).isEqualTo(A.plus(B).minus(C));
    assertThat(read("a - (b - c)")).isEqualTo(A.minus(B.minus(C)));
    assertThat(read("a / b * c")).isEqualTo(A.over(B).times(C));
    assertThat(read("a + b * c")).isEqualTo(A.plus(B.times(C)));
    assertThat(read("(a + b) * c")).isEqualTo(A.plus(B).times(C));
  }

  @Test
  void matrixBindsTighterThanAnySign() {
    assertThat(read("U h * b")).isEqualTo(new Product("U", H).times(B));
    assertThat(read("b * U h")).isEqualTo(B.times(new Product("U", H)));
    assertThat(read("-U h")).isEqualTo(negative(new Product("U", H)));
    assertThat(read("U (-h)")).isEqualTo(new Product("U", negative(H)));
    assertThat(read("U - h")).isEqualTo(new Vector("U").minus(H));
    assertThat(read("U V h")).isEqualTo(new Product("U", new Product("V", H)));
    assertThat(read("U tanh(h)")).isEqualTo(new Product("U", new Apply(Function.TANH, H)));
    assertThat(read("U max(a, b)")).isEqualTo(new Product("U", new Combine(Operator.MAX, A, B)));
    assertThat(read("U(a + h)")).isEqualTo(new Product("U", A.plus(H)));
    assertThat(read("U (a)")).isEqualTo(new Product("U", A));
  }

  @Test
  void minusBelongsToANumber() {
    assertThat(read("-1 * h")).isEqualTo(new Constant(-1).times(H));
    assertThat(read("-(1) * h")).isEqualTo(negative(new Constant(1)).times(H));
    assertThat(read("h - 1")).isEqualTo(H.minus(new Constant(1)));
    assertThat(read("h - -1")).isEqualTo(H.minus(new Constant(-1)));
    assertThat(read("-0 * h")).isEqualTo(new Constant(-0.0).times(H));
    assertThat(read("--h")).isEqualTo(negative(negative(H)));
    assertThat(read("-h * b")).isEqualTo(negative(H).times(B));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.00001", "1e-5", "1E-5", ".00001", "1.e-5", "0.1e-4", "10E-06"})
  void spellingsOfANumber(String number) {
    assertThat(read("h * " + number)).isEqualTo(H.times(new Constant(1e-5)));
  }

  @Test
  void functions() {
    for (var function : Function.values()) {
      if (function != Function.NEGATE) {
        assertThat(read(function.symbol() + "(h)")).isEqualTo(new Apply(function, H));
        assertThat(read(function.ascii() + " (h)")).isEqualTo(new Apply(function, H));
      }
    }
    for (var reduction : Reduction.values()) {
      assertThat(read(reduction.symbol() + "(h) * h")).isEqualTo(new Reduce(reduction, H).times(H));
    }
    assertThat(read("min(h, a + b)")).isEqualTo(new Combine(Operator.MIN, H, A.plus(B)));
    assertThat(read("h * mask(m)")).isEqualTo(H.times(new Mask("m")));
    assertThat(read("h * stepmask(h) + stepnumber(b) * b"))
        .isEqualTo(H.times(new StepMask("h")).plus(new StepNumber("b").times(B)));
  }

  @Test
  void namesOfAllScripts() {
    var cell = Cell.parse("my", "h̃ = Wᵢ x + W₁ x + β + γ_2\nсостояние' = Σ h̃\nout состояние'");
    assertThat(cell.shapes().matrices()).containsOnlyKeys("Wᵢ", "W₁", "Σ");
    assertThat(cell.shapes().vectors()).containsOnlyKeys("β", "γ_2");
    assertThat(Cell.parse("my", "n\u0303 = W x\nh' = \u00F1"))
        .as("one letter in two spellings of Unicode is one name")
        .isEqualTo(Cell.parse("my", "ñ = W x\nh' = ñ"));
  }

  @Test
  void stateBeforeAndAfterItsLine() {
    var cell = Cell.parse("my", "c' = c + x\nh' = c * c' + h");
    Expr c = new Previous("c");
    assertThat(cell.equations())
        .containsExactly(
            new Equation("c'", c.plus(X)),
            new Equation("h'", c.times(new Value("c'")).plus(H)));
  }

  @Test
  void stateThatIsUpdatedAndNeverRead() {
    assertThat(Cell.parse("my", "c' = W x\nh' = U x").states()).containsExactly("c", "h");
  }

  @Test
  void linesThatAreNoEquations() {
    var cell =
        Cell.parse(
            "my",
            """
            out y                       # in any order
            size h = P
            c' = tanh(W x + U h + b + p * c)
            h' = R c'
            y  = h' * q + r
            init b = 1
            init p = uniform(-0.5, 1e-1)
            init q = normal(0.1)
            init r = chrono(-200)
            init W = glorot
            init U = orthogonal(2)
            init R = identity(0.1)
            """);
    assertThat(cell.output()).isEqualTo("y");
    assertThat(cell.sizes()).isEqualTo(Map.of("h", "P"));
    assertThat(cell.shapes().matrices().get("R"))
        .isEqualTo(new Shapes.Matrix(new Size("P"), Size.HIDDEN));
    assertThat(cell.initializers())
        .isEqualTo(
            Map.of(
                "b", new Initializer.Constant(1),
                "p", new Initializer.Uniform(-0.5, 0.1),
                "q", new Initializer.Normal(0.1),
                "r", new Initializer.Chrono(-200),
                "W", new Initializer.Glorot(),
                "U", new Initializer.Orthogonal(2),
                "R", new Initializer.Identity(0.1)));
  }

  @Test
  void shortStartingValues() {
    assertThat(initializer("ones")).isEqualTo(new Initializer.Constant(1));
    assertThat(initializer("zeros")).isEqualTo(new Initializer.Constant(0));
    assertThat(initializer("-1")).isEqualTo(new Initializer.Constant(-1));
    assertThat(initializer("orthogonal")).isEqualTo(new Initializer.Orthogonal(1));
    assertThat(initializer("identity")).isEqualTo(new Initializer.Identity(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h' = tanh(W x + U h)",
        "\uFEFFh' = tanh(W x + U h)\r\n",
        "\r\n# note\r\n\r\nh' = tanh(W x\r\n  + U h)\r\n",
        "h' = tanh(W x\r + U h)\r",
        "h' = tanh( # of both\n\n W x # the input\n\n + U h # the state\n)",
        "\th'=tanh(W\tx+U\u00A0h)\t",
      })
  void layoutDoesNotMatter(String text) {
    assertThat(Cell.parse("my", text)).isEqualTo(Cell.parse("my", "h' = tanh(W x + U h)"));
  }

  private static Initializer initializer(String text) {
    return Cell.parse("my", "h' = W x\ninit W = " + text).initializers().firstEntry().getValue();
  }

  private static Expr read(String expression) {
    return Cell.parse("my", "h' = " + expression).equations().getFirst().value();
  }

  private static Expr negative(Expr operand) {
    return new Apply(Function.NEGATE, operand);
  }
}
