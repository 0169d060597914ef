package dev.unroll.kernel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.plan.Stage.Multiply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which products are added to others while they are computed.
class AddedProductsTest {

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "rnn", "lstm-peephole"})
  void allOfAStack(String name) {
    assertThat(added(Plan.inference(Cells.find(name)))).hasSize(1);
    assertThat(added(Plan.training(Cells.find(name)))).hasSize(1);
  }

  @Test
  void withMasksOfVariationalDropout() {
    assertThat(added(Plan.training(VariationalDropout.of(Lstm.cell(), Masks.TIED)))).hasSize(1);
    assertThat(added(Plan.training(VariationalDropout.of(Lstm.cell(), Masks.UNTIED)))).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"b + W x + U h", "U h + W x + b", "(W x + b) + (U h + a)", "a + U h + b + W x"})
  void howeverTheSumIsWritten(String sum) {
    assertThat(added(inference("h' = tanh(%s)".formatted(sum))))
        .containsExactly(
            "product(%d) += state.h · [U]ᵀ".formatted(sum.indexOf('U') < sum.indexOf('W') ? 1 : 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    // Another value reads the product before the loop, or the one in it, or both are no sum at all.
    "a = W x\nh' = tanh(a + U h) + a", "a = U h\nh' = tanh(W x + a) + a", "h' = tanh(W x - U h)",
    // Counterparts in another order, or not for all of a stack.
    "f = σ(W x + V h)\ng = tanh(Q x + U h)\nh' = f * tanh(U h) + g * (V h)",
    "f = σ(W x + U h)\nh' = f * tanh(Q x + b + f * (V h))"})
  void notWhereSomethingElseNeedsAProduct(String equations) {
    assertThat(added(inference(equations))).isEmpty();
  }

  @Test
  void theSumMayBeReadByMany() {
    var plan = inference("a = W x + U h\nh' = tanh(a) * σ(a)");
    assertThat(added(plan)).containsExactly("product(0) += state.h · [U]ᵀ");
    assertThat(plan.buffers()).extracting(Buffer::name).containsExactly("x", "state.h",
        "product(0)");
  }

  private static Plan inference(String equations) {
    return Plan.inference(Cell.parse("cell", equations));
  }

  private static List<String> added(Plan plan) {
    return plan.forward().loop().stream()
        .filter(stage -> stage instanceof Multiply m && m.accumulate()).map(Stage::toString)
        .toList();
  }
}
