package dev.unroll.expr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a graph makes of sums over rows and of rows that are divided by a number of their own.
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
}
