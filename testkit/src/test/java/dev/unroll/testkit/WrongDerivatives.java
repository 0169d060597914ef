package dev.unroll.testkit;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.GradientGraph.MatrixTerm;
import dev.unroll.expr.graph.GradientGraph.VectorTerm;
import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All ways to make one small mistake in the derivative of a cell: one node computed otherwise, one
/// term of a sum forgotten or counted twice, two gradients exchanged.
final class WrongDerivatives {

  /// A derivative with one mistake.
  record Wrong(String mistake, GradientGraph gradient) {
    @Override
    public String toString() {
      return mistake;
    }
  }

  private final GradientGraph right;
  private final Graph graph;
  private final List<Wrong> all = new ArrayList<>();

  private WrongDerivatives(GradientGraph right) {
    this.right = right;
    graph = right.graph();
  }

  static List<Wrong> of(GradientGraph right) {
    var wrong = new WrongDerivatives(right);
    var used = wrong.used();
    for (int n = right.step().graph().size(); n < wrong.graph.size(); n++) {
      if (used.get(n)) {
        wrong.change(n);
      }
    }
    wrong.changeTerms();
    wrong.exchangeStates();
    return wrong.all;
  }

  /// The nodes on which some gradient depends.
  private BitSet used() {
    var used = new BitSet();
    used.set(right.input());
    right.states().values().forEach(used::set);
    right.matrices().forEach(t -> used.set(t.adjoint()));
    right.vectors().forEach(t -> used.set(t.adjoint()));
    for (int n = graph.size() - 1; n >= 0; n--) {
      if (used.get(n)) {
        graph.node(n).operands().forEach(used::set);
      }
    }
    return used;
  }

  private void change(int n) {
    switch (graph.node(n)) {
      case Node.Combine(var operator, int a, int b, var size) -> {
        for (var other : Operator.values()) {
          if (other != operator) {
            replace(n, new Node.Combine(other, a, b, size));
          }
        }
        if (operator == Operator.SUBTRACT || operator == Operator.DIVIDE) {
          replace(n, new Node.Combine(operator, b, a, size));
        }
        replaceBy(n, a);
        replaceBy(n, b);
      }
      case Node.Apply(var function, int a, var size) -> {
        for (var other : Function.values()) {
          if (other != function) {
            replace(n, new Node.Apply(other, a, size));
          }
        }
        replaceBy(n, a);
      }
      case Node.TransposedProduct(var terms, var size) -> {
        for (int i = 0; i < terms.size(); i++) {
          var fewer = new ArrayList<>(terms);
          fewer.remove(i);
          replace(n, new Node.TransposedProduct(fewer, size));
          var twice = new ArrayList<>(terms);
          twice.add(terms.get(i));
          replace(n, new Node.TransposedProduct(twice, size));
          for (var matrix : matricesLike(terms.get(i).matrix())) {
            var other = new ArrayList<>(terms);
            other.set(i, new Node.Term(matrix, terms.get(i).adjoint()));
            replace(n, new Node.TransposedProduct(other, size));
          }
        }
      }
      case Node.Constant(double value) -> {
        replace(n, new Node.Constant(value + 1));
        replace(n, new Node.Constant(-value - 1));
      }
      case Node.Arriving(var of, var size) ->
          graph.nodes().stream()
              .filter(
                  o -> o instanceof Node.Arriving a && !a.of().equals(of) && a.size().equals(size))
              .forEach(o -> replace(n, o));
      case Node.Sum(int a) -> replaceBy(n, a);
      case Node.Spread(int a, var size) -> replace(n, new Node.Apply(Function.NEGATE, a, size));
      default -> {}
    }
  }

  private List<String> matricesLike(String name) {
    var shapes = right.step().shapes().matrices();
    return shapes.keySet().stream()
        .filter(m -> !m.equals(name) && shapes.get(m).equals(shapes.get(name)))
        .toList();
  }

  private void changeTerms() {
    for (int i = 0; i < right.matrices().size(); i++) {
      var term = right.matrices().get(i);
      terms("d" + term.matrix() + " forgets a term", without(right.matrices(), i), right.vectors());
      terms("d" + term.matrix() + " has a term twice", with(right.matrices(), term),
          right.vectors());
      for (var other : right.matrices()) {
        if (other.adjoint() != term.adjoint()
            && graph.node(other.adjoint()).size().equals(graph.node(term.adjoint()).size())) {
          var exchanged = new ArrayList<>(right.matrices());
          exchanged.set(i, new MatrixTerm(term.matrix(), other.adjoint(), term.operand()));
          terms("d" + term.matrix() + " has the gradient of " + other.matrix(), exchanged,
              right.vectors());
        }
        if (other.operand() != term.operand()
            && graph.node(other.operand()).size().equals(graph.node(term.operand()).size())) {
          var exchanged = new ArrayList<>(right.matrices());
          exchanged.set(i, new MatrixTerm(term.matrix(), term.adjoint(), other.operand()));
          terms("d" + term.matrix() + " has the operand of " + other.matrix(), exchanged,
              right.vectors());
        }
      }
    }
    for (int i = 0; i < right.vectors().size(); i++) {
      VectorTerm term = right.vectors().get(i);
      terms("d" + term.vector() + " forgets a term", right.matrices(),
          without(right.vectors(), i));
      terms("d" + term.vector() + " has a term twice", right.matrices(),
          with(right.vectors(), term));
    }
  }

  private void terms(String mistake, List<MatrixTerm> matrices, List<VectorTerm> vectors) {
    all.add(new Wrong(mistake, new GradientGraph(
        right.step(), graph, right.input(), right.states(), matrices, vectors, right.traced())));
  }

  private void exchangeStates() {
    var names = new ArrayList<>(right.states().keySet());
    for (int i = 1; i < names.size(); i++) {
      int a = right.states().get(names.get(i - 1));
      int b = right.states().get(names.get(i));
      if (a != b && graph.node(a).size().equals(graph.node(b).size())) {
        var states = new LinkedHashMap<>(right.states());
        states.put(names.get(i - 1), b);
        states.put(names.get(i), a);
        all.add(new Wrong("d%s and d%s are exchanged".formatted(names.get(i - 1), names.get(i)),
            new GradientGraph(right.step(), graph, right.input(), states, right.matrices(),
                right.vectors(), right.traced())));
      }
    }
  }

  private void replace(int n, Node other) {
    rebuild(n, "node %d is %s instead of %s".formatted(n, other, graph.node(n)), other, -1);
  }

  /// Whoever reads n reads `operand` instead.
  private void replaceBy(int n, int operand) {
    boolean fits = graph.node(operand).size().equals(graph.node(n).size())
        || graph.node(operand).size().equals(Size.ONE);
    if (fits) {
      rebuild(n, "node %d, %s, is its operand %d".formatted(n, graph.node(n), operand), null,
          operand);
    }
  }

  /// The graph with one node exchanged; later nodes may move, as no node is there twice.
  private void rebuild(
      int changed, String mistake, @Nullable Node other, int operand) {
    var rebuilt = new Graph();
    var numbers = new int[graph.size()];
    for (int n = 0; n < graph.size(); n++) {
      if (n == changed && other == null) {
        numbers[n] = numbers[operand];
      } else {
        var node = n == changed && other != null ? other : graph.node(n);
        numbers[n] = rebuilt.add(moved(node, numbers));
      }
    }
    var states = new LinkedHashMap<String, Integer>();
    right.states().forEach((name, n) -> states.put(name, numbers[n]));
    all.add(new Wrong(mistake, new GradientGraph(right.step(), rebuilt, numbers[right.input()],
        states,
        right.matrices().stream()
            .map(t -> new MatrixTerm(t.matrix(), numbers[t.adjoint()], numbers[t.operand()]))
            .toList(),
        right.vectors().stream()
            .map(t -> new VectorTerm(t.vector(), numbers[t.adjoint()]))
            .toList(),
        right.traced())));
  }

  private static Node moved(Node node, int[] to) {
    return switch (node) {
      case Node.Product(var matrix, int a, var size) -> new Node.Product(matrix, to[a], size);
      case Node.TransposedProduct(var terms, var size) -> new Node.TransposedProduct(
          terms.stream().map(t -> new Node.Term(t.matrix(), to[t.adjoint()])).toList(), size);
      case Node.Apply(var function, int a, var size) -> new Node.Apply(function, to[a], size);
      case Node.Combine(var operator, int a, int b, var size) ->
          new Node.Combine(operator, to[a], to[b], size);
      case Node.Sum(int a) -> new Node.Sum(to[a]);
      case Node.Spread(int a, var size) -> new Node.Spread(to[a], size);
      default -> node;
    };
  }

  private static <E> List<E> without(List<E> list, int i) {
    var fewer = new ArrayList<>(list);
    fewer.remove(i);
    return fewer;
  }

  private static <E> List<E> with(List<E> list, E more) {
    var longer = new ArrayList<>(list);
    longer.add(more);
    return longer;
  }
}
