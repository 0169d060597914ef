package dev.unroll.kernel.plan;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Size;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.GradientGraph.MatrixTerm;
import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import dev.unroll.kernel.plan.Buffer.Span;
import dev.unroll.kernel.plan.NodeSchedule.Phase;
import dev.unroll.kernel.plan.Planner.Group;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Plans back-propagation through time: the gradients of stacked products are adjacent in memory,
/// so that their back-propagation is one product as well, and the weight gradient is one product
/// over all steps.
final class GradientPlanner {
  /// Stacked matrices, the gradients of their products, and the vector that they were multiplied
  /// by.
  private record Adjoints(StackedMatrices stack, List<Integer> nodes, int operand) {}

  private final GradientGraph gradient;
  private final Graph graph;
  private final ValuePlaces places;
  private final List<Group> groups;
  private final SequencedMap<String, Buffer> forwardStates;
  private final BitSet live;
  private final NodeSchedule schedule;
  private final List<Adjoints> adjoints = new ArrayList<>();
  private final Map<List<Integer>, Place> stacked = new LinkedHashMap<>();
  private final SequencedMap<String, Place> trace = new LinkedHashMap<>();

  GradientPlanner(GradientGraph gradient, ValuePlaces places, List<Group> groups,
      SequencedMap<String, Buffer> forwardStates) {
    this.gradient = gradient;
    this.graph = gradient.graph();
    this.places = places;
    this.groups = groups;
    this.forwardStates = forwardStates;
    live = live(gradient);
    var carried = new BitSet();
    gradient.states().values().forEach(carried::set);
    schedule = new NodeSchedule(graph,
        computed(),
        n -> graph.node(n) instanceof Node.Arriving(var of, var _)
            && !of.equals(GradientGraph.OUTPUT),
        carried, new BitSet());
  }

  /// The values that this pass computes: every gradient, also one that is a constant which the
  /// forward pass has computed as well.
  private BitSet computed() {
    var computed = NodeSchedule.computed(graph, live, gradient.step().graph().size());
    roots(gradient).stream().filter(n -> graph.node(n).isElementwise()).forEach(computed::set);
    return computed;
  }

  /// The nodes from which gradients are computed.
  static BitSet live(GradientGraph gradient) {
    return NodeSchedule.live(gradient.graph(), roots(gradient));
  }

  private static BitSet roots(GradientGraph gradient) {
    var roots = new BitSet();
    roots.set(gradient.input());
    gradient.states().values().forEach(roots::set);
    gradient.matrices().forEach(m -> roots.set(m.adjoint()));
    gradient.vectors().forEach(v -> roots.set(v.adjoint()));
    gradient.traced().values().forEach(roots::set);
    return roots;
  }

  List<Buffer> buffers() {
    return places.buffers();
  }

  Plan.Gradient plan() {
    var arriving = places.buffer("d.out", Span.GIVEN,
        List.of(graph.node(gradient.step().output()).size()));
    var states = placeStates(arriving);
    var input = places.add(gradient.input(),
        new Place(places.buffer("d.x", Span.STEPS, List.of(Size.INPUT)), 0, 0));
    findAdjoints();
    var matrices = adjoints.stream().map(a -> new Plan.MatrixGradient(a.stack(),
        stack(a.nodes()), places.home(a.operand()))).toList();
    var vectors = gradient.vectors().stream().map(v -> new Plan.VectorGradient(v.vector(),
        summed(v.adjoint()))).toList();
    placeTrace();
    var everyStep = Planner.crossing(graph, schedule);
    everyStep.set(gradient.input());
    schedule.nodes().stream().filter(n -> schedule.phase(n) != Phase.LOOP)
        .filter(n -> !graph.node(n).isElementwise()).forEach(everyStep::set);
    placeValues(everyStep);
    var products = placeProducts(everyStep);
    var backward = new StageWriter(graph, schedule, places, products).pass();
    return new Plan.Gradient(arriving, input, states, backward, matrices, vectors);
  }

  private SequencedMap<String, Buffer> placeStates(Buffer arriving) {
    var states = new LinkedHashMap<String, Buffer>();
    forwardStates.forEach((state, forward) -> {
      var buffer = places.buffer("d." + state, Span.STATES, forward.columns());
      states.put(state, buffer);
      places.add(requireNonNull(gradient.states().get(state)), new Place(buffer, 0, 0));
    });
    for (int n = 0; n < graph.size(); n++) {
      if (graph.node(n) instanceof Node.Arriving(var of, var _)) {
        places.add(n, of.equals(GradientGraph.OUTPUT) ? new Place(arriving, 0, 0)
            : new Place(requireNonNull(states.get(of.substring(0, of.length() - 1))), 0, 1));
      }
    }
    return states;
  }

  /// Finds the gradients that belong to each stack; if some of a stack have none, the others are
  /// separate.
  private void findAdjoints() {
    for (var group : groups) {
      var terms = group.stack().matrices().stream().flatMap(matrix -> gradient.matrices().stream()
          .filter(t -> t.matrix().equals(matrix) && t.operand() == group.operand())).toList();
      if (terms.size() == group.stack().matrices().size()) {
        adjoints.add(new Adjoints(group.stack(), terms.stream().map(MatrixTerm::adjoint).toList(),
            group.operand()));
      } else {
        terms.forEach(t -> adjoints.add(new Adjoints(
            new StackedMatrices(List.of(t.matrix()), group.stack().heads()), List.of(t.adjoint()),
            t.operand())));
      }
    }
  }

  /// Allocates adjacent places for these gradients at every step.
  private Place stack(List<Integer> nodes) {
    return stacked.computeIfAbsent(nodes, _ -> {
      if (nodes.size() == 1) {
        for (var place : places.all(nodes.getFirst())) {
          if (place.buffer().span() != Span.SAMPLES) {
            return place;
          }
        }
      }
      var buffer = places.buffer("d.stack(" + stacked.size() + ")", Span.STEPS,
          nodes.stream().map(n -> graph.node(n).size()).toList());
      for (int i = 0; i < nodes.size(); i++) {
        places.add(nodes.get(i), new Place(buffer, i, 0));
      }
      return new Place(buffer, 0, 0);
    });
  }

  /// The place of the gradient of a vector: at every step, if something else needs that, or it is
  /// computed outside the loop; else it is summed in the loop.
  private Place summed(int node) {
    boolean placed =
        places.all(node).stream().anyMatch(p -> p.buffer().span() != Span.SAMPLES);
    boolean inLoop = schedule.has(node) && schedule.phase(node) == Phase.LOOP
        && graph.node(node).isElementwise();
    return placed || !inLoop ? stack(List.of(node))
        : places.sum(node, graph.node(node).size());
  }

  /// Allocates a buffer for each traced gradient that has none yet.
  private void placeTrace() {
    gradient.traced().forEach((name, n) -> {
      var own = places.all(n).stream().filter(p -> p.buffer().columns().size() == 1
          && p.buffer().span() != Span.SAMPLES && p.buffer().span() != Span.MASK).findFirst();
      trace.put(name,
          own.orElseGet(() -> places.add(n, new Place(places.buffer("d.trace(" + name + ")",
              Span.STEPS, List.of(graph.node(n).size())), 0, 0))));
    });
  }

  /// The places of the gradients of the equations' values.
  SequencedMap<String, Place> trace() {
    return trace;
  }

  private void placeValues(BitSet everyStep) {
    var placed = Planner.readElsewhere(graph, schedule);
    placed.or(everyStep);
    placed.stream()
        .filter(n -> schedule.has(n) && graph.node(n).isElementwise() && !places.has(n))
        .forEach(n -> places.add(n, new Place(places.buffer("d.v(" + n + ")",
            Planner.span(schedule, everyStep, n), List.of(graph.node(n).size())), 0, 0)));
  }

  private List<Multiplication> placeProducts(BitSet everyStep) {
    var products = new ArrayList<Multiplication>();
    schedule.nodes().stream().forEach(n -> {
      if (graph.node(n) instanceof Node.TransposedProduct(var terms, var size)) {
        var placed = places.find(n);
        var result = placed != null ? placed
            : places.add(n, new Place(places.buffer("d.back(" + n + ")",
                everyStep.get(n) ? Span.STEPS : Span.SAMPLES, List.of(size)), 0, 0));
        var open = new ArrayList<>(terms);
        for (var a : adjoints) {
          var its = terms(a);
          if (open.containsAll(its)) {
            boolean first = open.size() == terms.size();
            its.forEach(open::remove);
            products.add(new Multiplication(schedule.phase(n),
                schedule.level(schedule.phase(n), n),
                new Stage.Multiply(a.stack(), true, stack(a.nodes()), result, !first)));
          }
        }
        if (!open.isEmpty()) {
          throw new IllegalStateException("no stack holds " + open);
        }
      }
    });
    return products;
  }

  private static List<Node.Term> terms(Adjoints a) {
    var terms = new ArrayList<Node.Term>();
    for (int i = 0; i < a.nodes().size(); i++) {
      terms.add(new Node.Term(a.stack().matrices().get(i), a.nodes().get(i)));
    }
    return terms;
  }
}
