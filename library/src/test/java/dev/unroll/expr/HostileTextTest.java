package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unroll.expr.graph.StepGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Texts and expressions that are too deep, too long or no text at all get a sentence and no stack
/// overflow. What is allowed must then pass through everything that recurses.
class HostileTextTest {
  private static final String DEEP =
      "nested more than 200 deep; compute a part of it in an equation of";
  private static final String LEVELS =
      "the expression has more than 100 levels; compute a part of it in an equation of its own";

  @Test
  void deepNesting() {
    assertThat(mistake("h' = " + "(".repeat(30_000) + "x" + ")".repeat(30_000)))
        .startsWith("my:1:206: " + DEEP);
    assertThat(mistake("h' = " + "tanh(".repeat(10_000) + "x" + ")".repeat(10_000)))
        .startsWith("my:1:1006: " + DEEP);
    assertThat(mistake("h' = " + "-".repeat(60_000) + "x")).startsWith("my:1:206: " + DEEP);
    assertThat(mistake("h' = " + "U ".repeat(30_000) + "x")).startsWith("my:1:406: " + DEEP);
    assertThat(mistake("h' = " + "U (-".repeat(10_000) + "x" + ")".repeat(10_000)))
        .contains(DEEP);
    assertThat(mistake("h' = " + "(".repeat(60_000)))
        .startsWith("my:1:60005: this parenthesis is not closed");
  }

  @Test
  void longChains() {
    assertThat(mistake("h' = x" + "+x".repeat(30_000))).startsWith("my:1:205: " + LEVELS);
    assertThat(mistake("h' = x" + "*x".repeat(30_000))).startsWith("my:1:205: " + LEVELS);
    assertThat(mistake("h' = x" + "-x".repeat(30_000))).startsWith("my:1:205: " + LEVELS);
    assertThat(mistake("h' = x" + " x".repeat(30_000))).contains("x is a vector, not a matrix");
  }

  @Test
  void muchText() {
    assertThat(mistake("a".repeat(1_000_000)))
        .isEqualTo("my: the text has 1000000 characters; a cell has at most 65536.");
    assertThat(mistake("(".repeat(100_000)))
        .isEqualTo("my: the text has 100000 characters; a cell has at most 65536.");
    assertThat(mistake("a".repeat(65_536)))
        .isEqualTo(
            "my:1:1: the name 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…' has 65536 characters; expected "
                + "at most 64\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\n    ^");
    assertThat(mistake("#" + "\0".repeat(65_000))).startsWith("my: it has no equations");
    assertThat(mistake("\n".repeat(65_000) + "h' = W x + U k")).startsWith("my:65001:14: k is not");
    assertThat(mistake("h' = " + "9".repeat(60_000) + " * x"))
        .startsWith("my:1:6: the number '99999999999999999999999999999999…' is too large");
  }

  @Test
  void manyEquations() {
    var most = chain(500);
    assertThat(Cell.parse("my", most).equations()).hasSize(500);
    assertThat(mistake(chain(501)))
        .startsWith("my:501:1: a cell has at most 500 equations; this is one more");
  }

  @Test
  void manyParts() {
    var parts = IntStream.range(0, 100).mapToObj(i -> "f%d = %s".formatted(i, sum(40)));
    assertThat(mistake(parts.collect(Collectors.joining("\n"))))
        .startsWith("my:64:")
        .contains("the cell has more than 5000 names, numbers and operators");
  }

  /// 512 KiB is what a thread has by default on the platforms that give it least.
  @Test
  void theDeepestCellPassesThroughEverythingOnASmallStack() throws InterruptedException {
    var texts =
        List.of(
            "h' = " + sum(100),
            "h' = " + "x - (".repeat(99) + "x" + ")".repeat(99),
            "h' = " + "W (-".repeat(49) + "x" + ")".repeat(49),
            "h' = " + "min(x, ".repeat(99) + "x" + ")".repeat(99),
            "h' = " + "(".repeat(200) + "x" + ")".repeat(200));
    var passed = new ArrayList<String>();
    var thread =
        new Thread(
            null,
            () -> {
              for (var text : texts) {
                var cell = Cell.parse("my", text);
                assertThat(Cell.parse("my", cell.toString()).equals(cell)).as(text).isTrue();
                assertThat(cell.hashCode()).isEqualTo(Cell.parse("my", text).hashCode());
                assertThat(cell.latex()).isNotEmpty();
                assertThat(StepGraph.of(cell).graph().size()).isPositive();
                passed.add(text);
              }
            },
            "small stack",
            512 * 1024);
    thread.start();
    thread.join();
    assertThat(passed).isEqualTo(texts);
  }

  @Test
  void hostileExpressionsFromJava() {
    Expr chain = Expr.x();
    for (int i = 0; i < 1_000_000; i++) {
      chain = chain.plus(Expr.x());
    }
    assertThat(refused(chain))
        .isEqualTo(
            "Cell my, equation h': it has more than 100 levels; compute a part of it in an "
                + "equation of its own.");
    // Each level is the sum of the one before with itself: 2^60 parts in 60 objects.
    Expr doubled = Expr.x();
    for (int i = 0; i < 60; i++) {
      doubled = doubled.plus(doubled);
    }
    assertThat(refused(doubled))
        .isEqualTo(
            "Cell my, equation h': it is too large; a cell has at most 5000 names, numbers and "
                + "operators.");
    var many = new ArrayList<Equation>();
    for (int i = 0; i <= 500; i++) {
      many.add(new Equation("f" + i, Expr.x()));
    }
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> new Cell("my", many))
        .withMessage("Cell my: it has 501 equations; a cell has at most 500.");
  }

  @Test
  void aCellWhoseTextWouldBeTooLong() {
    var long64 = "a".repeat(58);
    var equations = new ArrayList<Equation>();
    var initializers = new LinkedHashMap<String, Initializer>();
    for (int i = 0; i < 400; i++) {
      equations.add(new Equation("h" + i + "'", new Expr.Product(long64 + i, Expr.x())));
      initializers.put(long64 + i, new Initializer.Uniform(-1.2345678901234567, 1));
    }
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> new Cell("my", equations, "h0'", new LinkedHashMap<>(), initializers))
        .withMessageMatching(
            "Cell my: as text it has \\d+ characters; a cell has at most 65536\\.");
  }

  private static String chain(int equations) {
    return IntStream.range(1, equations)
        .mapToObj(i -> "f%d = tanh(%s)\n".formatted(i, i == 1 ? "W x" : "f" + (i - 1)))
        .collect(Collectors.joining())
        + "h' = W x\n";
  }

  private static String sum(int terms) {
    return "x" + " + x".repeat(terms - 1);
  }

  private static String mistake(String text) {
    try {
      throw new AssertionError("read as " + Cell.parse("my", text));
    } catch (CellException e) {
      return e.getMessage();
    }
  }

  private static String refused(Expr value) {
    try {
      throw new AssertionError("made " + new Cell("my", List.of(new Equation("h'", value))).name());
    } catch (CellException e) {
      return e.getMessage();
    }
  }
}
