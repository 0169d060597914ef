package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Reduction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// `parse(print(cell))` is the same cell, for every cell; and no text makes the parser fail
/// otherwise than with a [CellException].
class RoundTripTest {
  private static final int SEED = 20_250;
  private static final int CELLS = 2_000;

  @Test
  void everyCellIsReadBackFromItsText() {
    for (int seed = SEED; seed < SEED + CELLS; seed++) {
      var cell = RandomCells.draw(seed);
      var text = cell.toString();
      var read = Cell.parse("random", text);
      assertThat(read).as("seed %d", seed).isEqualTo(cell);
      assertThat(read.toString()).as("seed %d", seed).isEqualTo(text);
      assertThat(List.copyOf(read.initializers().keySet()))
          .as("seed %d: order of the lines", seed)
          .isEqualTo(List.copyOf(cell.initializers().keySet()));
    }
  }

  /// The test above says nothing about parts that are never drawn.
  @Test
  void randomCellsHaveEveryKindOfPart() {
    var found = new HashSet<Object>();
    for (int seed = SEED; seed < SEED + CELLS; seed++) {
      var cell = RandomCells.draw(seed);
      cell.equations().forEach(e -> kinds(e.value(), found));
      cell.initializers().values().forEach(i -> found.add(i.getClass()));
      if (!cell.sizes().isEmpty()) {
        found.add("size");
      }
      cell.starts().values().forEach(start -> found.add("start " + start.getClass()));
    }
    assertThat(found)
        .contains((Object[]) Function.values())
        .contains((Object[]) Operator.values())
        .contains((Object[]) Reduction.values())
        .contains((Object[]) Expr.class.getPermittedSubclasses())
        .contains((Object[]) Initializer.class.getPermittedSubclasses())
        .contains("size", "start " + Expr.Constant.class, "start " + Expr.Vector.class);
  }

  @Test
  void fewestParentheses() {
    for (int seed = SEED; seed < SEED + 300; seed++) {
      var cell = RandomCells.draw(seed);
      var text = cell.toString();
      for (int open = text.indexOf(" ("); open >= 0; open = text.indexOf(" (", open + 1)) {
        int close = closing(text, open + 1);
        var without =
            text.substring(0, open + 1) + text.substring(open + 2, close)
                + text.substring(close + 1);
        assertThat(isSame(cell, without))
            .as("seed %d: without the parentheses in column %d of\n%s", seed, open + 1, text)
            .isFalse();
      }
    }
  }

  @Test
  void changedTextIsReadOrRefused() {
    var pieces =
        List.of("(", ")", "'", "h", "x", " ", "\n", "=", "-", "+", "*", "σ(", "1", "e", ",", "#",
            "\0",
            "\uD800", "̃", "out ", "init ", "size ", "start ", "mask(", "[", ";", "]", "\t", "1e9",
            "max(",
            ".");
    for (int seed = SEED; seed < SEED + CELLS; seed++) {
      var random = new SplittableRandom(seed);
      var text = new StringBuilder(RandomCells.draw(seed).toString());
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.insert(at, pieces.get(random.nextInt(pieces.size())));
        } else {
          text.delete(at, Math.min(text.length(), at + random.nextInt(1, 4)));
        }
      }
      assertThatCode(() -> readOrRefuse(text.toString()))
          .as("seed %d:\n%s", seed, text)
          .doesNotThrowAnyException();
    }
  }

  private static void readOrRefuse(String text) {
    try {
      var cell = Cell.parse("random", text);
      assertThat(Cell.parse("random", cell.toString())).isEqualTo(cell);
    } catch (CellException refused) {
      assertThat(refused).hasMessageStartingWith("random:");
    }
  }

  private static boolean isSame(Cell cell, String text) {
    try {
      return Cell.parse("random", text).equals(cell);
    } catch (CellException refused) {
      return false;
    }
  }

  private static int closing(String text, int open) {
    int depth = 0;
    for (int i = open;; i++) {
      depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
  }

  private static void kinds(Expr expr, Set<Object> found) {
    found.add(expr.getClass());
    var operands = new ArrayList<Expr>();
    switch (expr) {
      case Expr.Product(var _, var operand) -> operands.add(operand);
      case Expr.Apply(var function, var operand) -> {
        found.add(function);
        operands.add(operand);
      }
      case Expr.Reduce(var reduction, var operand) -> {
        found.add(reduction);
        operands.add(operand);
      }
      case Expr.Combine(var operator, var left, var right) -> {
        found.add(operator);
        operands.addAll(List.of(left, right));
      }
      case Expr.Concatenation(var parts) -> operands.addAll(parts);
      default -> {}
    }
    operands.forEach(operand -> kinds(operand, found));
  }
}
