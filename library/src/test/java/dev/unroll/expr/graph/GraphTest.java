package dev.unroll.expr.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Size;
import org.junit.jupiter.api.Test;

/// What a graph makes of sums over rows, of rows that are divided by a number of their own, and of
/// sums of products.
class GraphTest {
  private final Graph graph = new Graph();
  private final int a = graph.add(new Node.State("a", Size.HIDDEN));
  private final int b = graph.add(new Node.State("b", Size.HIDDEN));
  private final int x = graph.add(new Node.Input(Size.INPUT));
  private final int n = graph.add(new Node.Count(Size.HIDDEN));

  @Test
  void sumsOfOneSizeAreOneSum() {
    assertThat(graph.add(graph.sum(a), graph.sum(b))).isEqualTo(graph.sum(graph.add(a, b)));
  }

  @Test
  void sumsOfTwoSizesStayTwo() {
    int both = graph.add(graph.sum(a), graph.sum(x));
    assertThat(graph.node(both)).isEqualTo(
        new Node.Combine(Operator.ADD, graph.sum(a), graph.sum(x), Size.ONE));
  }

  @Test
  void sumsOfNegatedRowsAreNegatedOnce() {
    int both = graph.add(graph.sum(graph.negate(a)), graph.sum(graph.negate(b)));
    assertThat(both).isEqualTo(graph.negate(graph.sum(graph.add(a, b))));
  }

  @Test
  void meansAreDividedOnce() {
    int both = graph.add(graph.divide(graph.sum(a), n), graph.divide(graph.sum(b), n));
    assertThat(both).isEqualTo(graph.divide(graph.sum(graph.add(a, b)), n));
  }

  @Test
  void aRowIsDividedByItsNumberOnce() {
    int s = graph.sum(b);
    assertThat(graph.divide(a, s))
        .isEqualTo(graph.multiply(a, graph.divide(graph.constant(1), s)));
    assertThat(graph.node(graph.divide(a, b)))
        .isEqualTo(new Node.Combine(Operator.DIVIDE, a, b, Size.HIDDEN));
  }

  @Test
  void productsComeFirstInASum() {
    int wx = graph.add(new Node.Product("W", x, Size.HIDDEN));
    int ua = graph.add(new Node.Product("U", a, Size.HIDDEN));
    int b1 = graph.add(new Node.Parameter("b1", Size.HIDDEN));
    int b2 = graph.add(new Node.Parameter("b2", Size.HIDDEN));
    int first = graph.add(graph.add(wx, ua), b1);
    assertThat(graph.add(graph.add(wx, b1), ua)).isEqualTo(first);
    assertThat(graph.add(graph.add(b1, wx), ua)).isEqualTo(first);
    assertThat(graph.add(graph.add(graph.add(wx, b1), ua), b2)).isEqualTo(graph.add(first, b2));
    assertThat(graph.add(graph.add(wx, b1), graph.add(ua, b2)))
        .isEqualTo(graph.add(graph.add(wx, ua), graph.add(b1, b2)));
    assertThat(new Graph(graph).add(graph.add(wx, b1), ua)).isEqualTo(first);
  }

  @Test
  void aSumThatIsAddedToItselfAgainAndAgainIsOneNodeMoreEachTime() {
    int sum = graph.add(new Node.Product("W", x, Size.HIDDEN));
    int before = graph.size();
    for (int i = 0; i < 200; i++) {
      sum = graph.add(sum, sum);
    }
    assertThat(graph.size() - before).isEqualTo(200);
  }
}
