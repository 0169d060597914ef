package dev.unroll.kernel.plan;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Size;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.Graph;
import dev.unroll.expr.graph.Node;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.plan.AddedProducts.Addition;
import dev.unroll.kernel.plan.Buffer.Span;
import dev.unroll.kernel.plan.NodeSchedule.Phase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Plans the forward pass of a cell; [GradientPlanner] adds the backward pass.
///
/// Products of the same vector that are computed at the same time become one product with their
/// matrices stacked: all gates of `x` before the loop, all gates of `h` in it.
final class Planner {
  /// The products of one vector that are computed together.
  record Group(StackedMatrices stack, List<Integer> products, int operand, Phase phase,
      int level) {}

  private final Cell cell;
  private final boolean training;
  private final StepGraph step;
  private final Graph graph;
  private final ValuePlaces places = new ValuePlaces();
  private final List<Group> groups = new ArrayList<>();

  /// The matrices in the order of storage.
  private final List<String> order = new ArrayList<>();
  private final SequencedMap<String, Buffer> states = new LinkedHashMap<>();
  private final SequencedMap<String, Buffer> masks = new LinkedHashMap<>();
  private final SequencedMap<String, Buffer> given = new LinkedHashMap<>();

  /// @param step the cell's graph; if it is traced, every value is kept
  Planner(Cell cell, StepGraph step, boolean training) {
    this.cell = cell;
    this.training = training;
    this.step = step;
    graph = step.graph();
  }

  Plan plan() {
    var gradient = training ? GradientGraph.of(step) : null;
    var newStates = new BitSet();
    states().forEach(state -> newStates.set(step.newState(state)));
    var roots = (BitSet) newStates.clone();
    step.values().values().forEach(roots::set);
    step.traced().values().forEach(roots::set);
    roots.set(step.output());
    var own = NodeSchedule.computed(graph, NodeSchedule.live(graph, roots), 0);
    var stored = (BitSet) newStates.clone();
    stored.set(step.output());
    step.traced().values().forEach(stored::set);
    own.stream().filter(n -> graph.node(n) instanceof Node.Product)
        .forEach(n -> graph.node(n).operands().forEach(stored::set));
    var schedule = new NodeSchedule(graph, own, n -> graph.node(n) instanceof Node.State,
        newStates, Constants.of(graph, own, stored));
    findGroups(schedule);

    var input = places.buffer("x", Span.GIVEN, List.of(Size.INPUT));
    placeLeaves(input);
    var output = placeOutput();
    var everyStep = everyStep(schedule);
    step.traced().values().forEach(everyStep::set);
    if (gradient != null) {
      var there = (BitSet) newStates.clone();
      there.set(step.output());
      groups.forEach(g -> there.set(g.operand()));
      groups.forEach(g -> everyStep.set(g.operand()));
      everyStep.or(Kept.of(gradient, GradientPlanner.live(gradient), there));
    }
    var additions = additions(gradient, roots);
    placeValues(schedule, everyStep, additions);
    var products = placeProducts(everyStep, additions);
    var forward = new StageWriter(graph, schedule, places, products).pass();
    if (gradient == null) {
      return new Plan(cell, parameters(), places.buffers(), Map.of(), input, output, states, masks,
          given, forward, null, trace(new LinkedHashMap<>()));
    }
    var back = new GradientPlanner(gradient, places.kept(), groups, states);
    var planned = back.plan();
    return new Plan(cell, parameters(), back.buffers(), Map.of(), input, output, states, masks,
        given, forward, planned, trace(back.trace()));
  }

  private Plan.@Nullable Trace trace(SequencedMap<String, Place> gradients) {
    var values = new LinkedHashMap<String, Place>();
    step.traced().forEach((name, n) -> values.put(name, places.home(n)));
    return values.isEmpty() ? null : new Plan.Trace(values, gradients);
  }

  private Iterable<String> states() {
    return step.shapes().states().keySet();
  }

  private void findGroups(NodeSchedule schedule) {
    record Key(int operand, Phase phase, int alone) {}
    var found = new LinkedHashMap<Key, List<Integer>>();
    var stored = new HashSet<String>();
    schedule.nodes().stream().forEach(n -> {
      if (graph.node(n) instanceof Node.Product(var matrix, int operand, var _)) {
        // A matrix is in one stack only; if it is used again, it is multiplied separately.
        int alone = stored.add(matrix) ? -1 : n;
        found.computeIfAbsent(new Key(operand, schedule.phase(n), alone), _ -> new ArrayList<>())
            .add(n);
      }
    });
    var stacking = new Stacking(step.shapes());
    var stacked = stacking.of(found.values().stream()
        .map(products -> products.stream().map(this::matrix).toList()).toList());
    int next = 0;
    for (var entry : found.entrySet()) {
      var products = new HashMap<String, Integer>();
      entry.getValue().forEach(n -> products.put(matrix(n), n));
      for (var stack : stacked.get(next++)) {
        var its = stack.matrices().stream().map(m -> requireNonNull(products.get(m))).toList();
        var key = entry.getKey();
        groups.add(new Group(stack, its, key.operand(), key.phase(),
            schedule.level(key.phase(), its.getFirst())));
      }
    }
    order.addAll(stacking.order());
  }

  private String matrix(int product) {
    return ((Node.Product) graph.node(product)).matrix();
  }

  private void placeLeaves(Buffer input) {
    for (var state : states()) {
      var buffer =
          places.buffer("state." + state, Span.STATES, List.of(step.shapes().states().get(state)));
      states.put(state, buffer);
      places.add(step.newState(state), new Place(buffer, 0, 1));
    }
    for (int n = 0; n < graph.size(); n++) {
      switch (graph.node(n)) {
        case Node.Input _ -> places.add(n, new Place(input, 0, 0));
        case Node.State(var name, var _) ->
            places.add(n, new Place(requireNonNull(states.get(name)), 0, 0));
        case Node.Mask(var name, var size) -> {
          masks.put(name, places.buffer("mask." + name, Span.MASK, List.of(size)));
          places.add(n, new Place(masks.get(name), 0, 0));
        }
        case Node.Given(var name, var size) -> {
          given.put(name, places.buffer("given." + name, Span.STEPS, List.of(size)));
          places.add(n, new Place(given.get(name), 0, 0));
        }
        default -> {}
      }
    }
  }

  private Place placeOutput() {
    var home = places.find(step.output());
    return home != null ? home
        : places.add(step.output(), new Place(
            places.buffer("out", Span.STEPS, List.of(graph.node(step.output()).size())), 0, 0));
  }

  /// The values that need a row for each step: those that one phase passes to another, and all
  /// operands of products over all steps at once.
  private BitSet everyStep(NodeSchedule schedule) {
    var everyStep = crossing(graph, schedule);
    for (var group : groups) {
      if (group.phase() != Phase.LOOP) {
        everyStep.set(group.operand());
        group.products().forEach(everyStep::set);
      }
    }
    return everyStep;
  }

  /// The values that are used in another phase than the one that computes them.
  static BitSet crossing(Graph graph, NodeSchedule schedule) {
    var crossing = new BitSet();
    schedule.nodes().stream().forEach(n -> graph.node(n).operands().stream()
        .filter(o -> schedule.has(o) && schedule.phase(o) != schedule.phase(n))
        .forEach(crossing::set));
    return crossing;
  }

  /// The elementwise values that another stage reads.
  static BitSet readElsewhere(Graph graph, NodeSchedule schedule) {
    var read = new BitSet();
    schedule.nodes().stream().forEach(n -> graph.node(n).operands().stream()
        .filter(o -> schedule.has(o) && graph.node(o).isElementwise())
        .filter(o -> !graph.node(n).isElementwise()
            || schedule.phase(o) != schedule.phase(n)
            || schedule.level(schedule.phase(n), o) != schedule.level(schedule.phase(n), n))
        .forEach(read::set));
    return read;
  }

  private Map<Group, Addition> additions(@Nullable GradientGraph gradient, BitSet roots) {
    var live = NodeSchedule.live(graph, roots);
    if (gradient != null) {
      live.or(GradientPlanner.live(gradient));
    }
    return AddedProducts.of(gradient == null ? graph : gradient.graph(), live, groups,
        n -> places.has(n) || graph.node(n) instanceof Node.Product && roots.get(n));
  }

  private void placeValues(NodeSchedule schedule, BitSet everyStep,
      Map<Group, Addition> additions) {
    var placed = readElsewhere(graph, schedule);
    placed.or(everyStep);
    additions.values().forEach(a -> a.sums().forEach(placed::clear));
    placed.stream()
        .filter(n -> schedule.has(n) && graph.node(n).isElementwise() && !places.has(n))
        .forEach(n -> places.add(n, new Place(places.buffer(name(n),
            span(schedule, everyStep, n), List.of(graph.node(n).size())), 0, 0)));
  }

  /// The memory of a value is reused in each step only if the steps run one by one.
  static Span span(NodeSchedule schedule, BitSet everyStep, int n) {
    if (schedule.phase(n) == Phase.ONCE) {
      return Span.MASK;
    }
    return everyStep.get(n) || schedule.phase(n) != Phase.LOOP ? Span.STEPS : Span.SAMPLES;
  }

  /// The name of the equation that gives the value, else its number, written so that it cannot be
  /// the name of an equation.
  private String name(int n) {
    for (var entry : step.values().entrySet()) {
      if (entry.getValue() == n) {
        return entry.getKey();
      }
    }
    return "v(" + n + ")";
  }

  private List<Multiplication> placeProducts(BitSet everyStep, Map<Group, Addition> additions) {
    var buffers = new HashMap<Group, Buffer>();
    for (var group : groups) {
      if (!additions.containsKey(group)) {
        boolean steps = group.products().stream().anyMatch(everyStep::get);
        buffers.put(group, places.buffer("product(" + groups.indexOf(group) + ")",
            steps ? Span.STEPS : Span.SAMPLES,
            group.products().stream().map(n -> graph.node(n).size()).toList()));
      }
    }
    return groups.stream().map(group -> {
      var addition = additions.get(group);
      var nodes = addition == null ? group.products() : addition.sums();
      var buffer = requireNonNull(buffers.get(addition == null ? group : addition.base()));
      for (int i = 0; i < nodes.size(); i++) {
        places.add(nodes.get(i), new Place(buffer, i, 0));
      }
      return new Multiplication(group.phase(), group.level(),
          new Stage.Multiply(group.stack(), false, places.home(group.operand()),
              new Place(buffer, 0, 0), addition != null),
          addition == null ? List.of() : addition.sums());
    }).toList();
  }

  private List<Plan.Parameter> parameters() {
    var ordered = new LinkedHashMap<String, Plan.Parameter>();
    var shapes = step.shapes();
    for (var name : order) {
      var shape = requireNonNull(shapes.matrices().get(name));
      ordered.put(name, new Plan.Parameter(name, shape.rows(), shape.columns(), shape.heads()));
    }
    for (Map.Entry<String, Size> vector : shapes.vectors().entrySet()) {
      ordered.put(vector.getKey(),
          new Plan.Parameter(vector.getKey(), vector.getValue(), List.of(Size.ONE)));
    }
    return List.copyOf(ordered.values());
  }
}
