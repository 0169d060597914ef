package dev.unroll.expr.graph;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The values of one time step in topological order, without duplicates.
///
/// Adding an existing node returns its number; arithmetic with 0 and 1 is simplified. Work per
/// element of a row is minimized: a row is divided by a number `n` of its own as `a · (1 / n)`, and
/// sums over rows are merged, `Σa + Σb = Σ(a + b)`, also if each is negated or divided by the same
/// number. In a sum, products come first. Not thread-safe while it is being built.
public final class Graph {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final List<Integer> equations = new ArrayList<>();

  /// The sums in which every term is a product.
  private final BitSet productSums = new BitSet();

  private int equation;

  /// An empty graph.
  public Graph() {}

  /// A copy of the graph `other`, with the same numbers.
  public Graph(Graph other) {
    nodes.addAll(other.nodes);
    numbers.putAll(other.numbers);
    equations.addAll(other.equations);
    productSums.or(other.productSums);
  }

  /// The number of nodes.
  public int size() {
    return nodes.size();
  }

  /// The node with this number.
  public Node node(int number) {
    return nodes.get(number);
  }

  /// All nodes, by number.
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /// The equation of the cell that the node comes from, counted from 1; 0 if that is not known. A
  /// gradient comes from the equation whose derivative it is a part of.
  public int equation(int number) {
    return equations.get(number);
  }

  /// Sets the equation that the nodes added next come from.
  void begin(int equation) {
    this.equation = equation;
  }

  /// Adds a node, or finds an equal one.
  public int add(Node node) {
    return numbers.computeIfAbsent(node, n -> {
      nodes.add(n);
      equations.add(equation);
      return nodes.size() - 1;
    });
  }

  int constant(double value) {
    return add(new Node.Constant(value));
  }

  int apply(Function function, int operand) {
    return add(new Node.Apply(function, operand, size(operand)));
  }

  int add(int a, int b) {
    return isConstant(a, 0) ? b : isConstant(b, 0) ? a : gather(a, b);
  }

  private int gather(int a, int b) {
    return switch (new Pair(node(a), node(b))) {
      case Pair(Node.Sum(int p), Node.Sum(int q)) when size(p).equals(size(q)) -> sum(add(p, q));
      case Pair(Node.Apply(var f, int p, var _), Node.Apply(var g, int q, var _)) when f == Function.NEGATE
          && f == g -> negate(add(p, q));
      case Pair(Node.Combine(var f, int p, int n, var _), Node.Combine(var g, int q, int m, var _)) when f == Operator.DIVIDE
          && f == g && n == m && isNumber(a) && isNumber(b) ->
          divide(add(p, q), n);
      default -> productsFirst(a, b);
    };
  }

  private record Pair(Node a, Node b) {}

  /// `(W x + b) + U h` as `(W x + U h) + b`: a sum of products can be accumulated while they are
  /// computed.
  private int productsFirst(int a, int b) {
    int left = products(a);
    int right = products(b);
    if (right < 0) {
      return combine(Operator.ADD, a, b);
    }
    int both = left < 0 ? right : combine(Operator.ADD, left, right);
    if (left >= 0) {
      productSums.set(both);
    }
    return join(both, join(rest(a), rest(b)));
  }

  /// The products that a sum begins with; −1 if there are none.
  private int products(int n) {
    return isProducts(n) ? n
        : node(n) instanceof Node.Combine(var f, int p, int _, var _)
            && f == Operator.ADD ? products(p) : -1;
  }

  /// The rest of a sum without the products that it begins with; −1 if there is none.
  private int rest(int n) {
    return products(n) < 0 ? n : behindProducts(n);
  }

  private int behindProducts(int n) {
    return !isProducts(n) && node(n) instanceof Node.Combine(var _, int p, int q, var _)
        ? join(behindProducts(p), q)
        : -1;
  }

  private int join(int a, int b) {
    return a < 0 ? b : b < 0 ? a : combine(Operator.ADD, a, b);
  }

  private boolean isProducts(int n) {
    return node(n) instanceof Node.Product || productSums.get(n);
  }

  int subtract(int a, int b) {
    return isConstant(b, 0) ? a : combine(Operator.SUBTRACT, a, b);
  }

  int multiply(int a, int b) {
    if (isConstant(a, 0) || isConstant(b, 0)) {
      return constant(0);
    }
    return isConstant(a, 1) ? b : isConstant(b, 1) ? a : combine(Operator.MULTIPLY, a, b);
  }

  int divide(int a, int b) {
    return isConstant(a, 0) || isConstant(b, 1) ? a
        : isNumber(b) && !isNumber(a) ? multiply(a, combine(Operator.DIVIDE, constant(1), b))
            : combine(Operator.DIVIDE, a, b);
  }

  int negate(int a) {
    return isConstant(a, 0) ? a : apply(Function.NEGATE, a);
  }

  int combine(Operator operator, int a, int b) {
    var size = isNumber(a) ? size(b) : size(a);
    return add(new Node.Combine(operator, a, b, size));
  }

  /// The value as a vector of this size, or unchanged if it has that size.
  int spread(int a, Size size) {
    return size(a).equals(size) ? a : add(new Node.Spread(a, size));
  }

  /// The value itself if it is computed element by element, else a copy that is: inputs and
  /// products have memory of their own and cannot be given other memory.
  int elementwise(int a) {
    var node = nodes.get(a);
    return node.isElementwise() ? a : add(new Node.Spread(a, node.size()));
  }

  /// The value with tiny numbers flushed to zero ([Function#FLUSH]); it has memory of its own.
  int flush(int a) {
    return nodes.get(a) instanceof Node.Apply(var f, int _, var _) && f == Function.FLUSH
        ? a
        : apply(Function.FLUSH, a);
  }

  /// The sum over each row.
  int sum(int a) {
    return node(a) instanceof Node.Apply(var f, int p, var _) && f == Function.NEGATE
        ? negate(sum(p))
        : add(new Node.Sum(a));
  }

  Size size(int number) {
    return nodes.get(number).size();
  }

  boolean isNumber(int number) {
    return size(number).equals(Size.ONE);
  }

  boolean isConstant(int number, double value) {
    return nodes.get(number) instanceof Node.Constant(var v) && v == value;
  }
}
