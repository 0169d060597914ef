package dev.unroll.expr.text;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Mask;
import dev.unroll.expr.Expr.Product;
import dev.unroll.expr.Expr.StepMask;
import dev.unroll.expr.Expr.StepNumber;
import dev.unroll.expr.Expr.Vector;
import dev.unroll.expr.Initializer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A cell from Java that could not be written as text is refused.
class WritableTest {

  @Test
  void names() {
    refused(
        Expr.x().plus(new Vector("a b")),
        "it cannot be written: 'a b' is not a name; expected a letter, then letters, digits or _.");
    refused(
        Expr.x().plus(new Vector("")),
        "it cannot be written: '' is not a name; expected a letter, then letters, digits or _.");
    refused(
        new Product("1W", Expr.x()),
        "it cannot be written: '1W' is not a name; expected a letter, then letters, digits or _.");
    refused(
        Expr.x().times(new Mask("m'")),
        "it cannot be written: 'm'' is not a name; expected a letter, then letters, digits or _.");
    refused(
        Expr.x().plus(new Vector("a\u001B[31m")),
        "it cannot be written: 'a\uFFFD[31m' is not a name; expected a letter, then letters, "
            + "digits or _.");
    refused(
        Expr.x().plus(new Vector("tanh")),
        "it cannot be written: tanh is a function; use another name.");
    refused(
        Expr.x().plus(new Vector("Tanh")),
        "it cannot be written: Tanh reads as the function tanh; use another name.");
    refused(
        Expr.x().plus(new Vector("init")),
        "it cannot be written: init begins a line of its own kind; use another name.");
    refused(
        Expr.x().plus(new Vector("x")),
        "it cannot be written: x is the input of the step; use another name.");
    refused(
        Expr.x().plus(new Vector("n\u0303")),
        "it cannot be written: the name n\u0303 is not in composed form (NFC); write \u00F1.");
    refused(
        Expr.x().plus(new Vector("b".repeat(65))),
        "it cannot be written: the name 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…' has 65 characters; "
            + "expected at most 64.");
  }

  @Test
  void oneNameInTwoRoles() {
    refused(
        Expr.x().times(new Mask("m")).plus(new Vector("m")),
        "it uses m in another role than an earlier place, where it is a mask.");
    refused(
        Expr.x().times(new StepMask("m")).times(new StepNumber("m")),
        "it uses m both as a step mask and as a step number; use two names.");
  }

  @Test
  void numbers() {
    refused(
        Expr.x().times(new Constant(Double.NaN)),
        "it cannot be computed: the number NaN is not finite as a float; "
            + "expected a magnitude of at most 3.4e38.");
    refused(
        Expr.x().times(new Constant(-1e39)),
        "it cannot be computed: the number -1e39 is not finite as a float; "
            + "expected a magnitude of at most 3.4e38.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Initializer.Normal(Double.POSITIVE_INFINITY))
        .withMessage(
            "the number Infinity is not finite as a float; expected a magnitude of at most "
                + "3.4e38.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Initializer.Uniform(1, 1))
        .withMessage("uniform(1, 1) is empty; the first bound must be below the second.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Initializer.Normal(-1))
        .withMessage("normal(-1) has a negative standard deviation; expected 0 or more.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Initializer.Chrono(-2))
        .withMessage("chrono(-2) has no room for 1 … T − 1; expected T above 2, or −T for negative"
            + " values.");
  }

  @Test
  void nameOfTheCell() {
    for (var name : List.of("", "my cell", "a/b", "a\nb", "é".repeat(65))) {
      assertThatExceptionOfType(CellException.class)
          .isThrownBy(() -> Cell.parse(name, "h' = W x"))
          .withMessage(
              "%s cannot be the name of a cell; expected 1 to 64 letters, digits, - or _.",
              NameRules.quoted(name));
    }
  }

  @Test
  void namesBesidesTheEquations() {
    var equations = List.of(new Equation("h'", Expr.x()));
    var none = new LinkedHashMap<String, Initializer>();
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> new Cell("my", equations, "h' = 1", new LinkedHashMap<>(), none))
        .withMessageStartingWith("Cell my: 'h' = 1' is not a name;");
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(
            () -> new Cell("my", equations, "h'", new LinkedHashMap<>(Map.of("h", "2")), none))
        .withMessageStartingWith("Cell my: '2' is not a name;");
  }

  private static void refused(Expr value, String message) {
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> new Cell("my", List.of(new Equation("h'", value))))
        .withMessage("Cell my, equation h': " + message);
  }
}
