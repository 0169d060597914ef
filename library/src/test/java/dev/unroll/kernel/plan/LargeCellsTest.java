package dev.unroll.kernel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Cells as large as a file may hold are planned; work that doubled with each line would not end.
class LargeCellsTest {

  @Test
  void aLongChainOfSquares() {
    var text = "v0 = W x\n" + lines(1, 497, i -> "v%d = v%d * v%d".formatted(i, i - 1, i - 1))
        + "h' = tanh(v497 + U h)\n";
    var plan = Plan.training(Cell.parse("squares", text));
    assertThat(plan.buffers()).extracting(Buffer::name).contains("product(0)").doesNotContain("v9");
  }

  @Test
  void aLongChainOfProducts() {
    var text = "v0 = tanh(U h)\n" + lines(1, 480, i -> "v%d = tanh(W%d v%d)".formatted(i, i, i - 1))
        + "h' = v480 + W x\n";
    var plan = Plan.training(Cell.parse("products", text));
    assertThat(plan.forward().loop()).hasSize(2 * 481);
  }

  @Test
  void manyPartsOfOneState() {
    var text = lines(1, 450, i -> "v%d = σ(W%d x + U%d h + b%d)".formatted(i, i, i, i))
        + "h' = tanh(v1 + v225 * v450)\n";
    var plan = Plan.training(Cell.parse("gates", text));
    assertThat(plan.forward().before()).hasSize(1);
    assertThat(plan.forward().loop()).hasSize(2);
  }

  private static String lines(int from, int to, IntFunction<String> line) {
    return IntStream.rangeClosed(from, to).mapToObj(line)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
