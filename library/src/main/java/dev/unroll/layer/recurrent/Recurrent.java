package dev.unroll.layer.recurrent;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.layer.Layer;
import dev.unroll.layer.initial.Initialization;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Matrix;
import dev.unroll.tensor.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A recurrent layer: runs any cell over time.
///
/// ```
/// s_t, y_t = cell(x_t, s_{t−1})        x [T, B, F], y [T, B, H], states [B, H]
/// ```
///
/// A cell without states gives a layer that treats each step alone, such as [Dense].
public final class Recurrent implements RunnableLayer {
  private final String name;
  private final Cell cell;
  private final Dimensions sizes;
  private final Parameters parameters;
  private final Masks masks;
  private final CounterRandom random;
  private final int outputSize;
  private final Map<String, Parameters.Block> blocks = new LinkedHashMap<>();
  private final Map<String, Parameters.Block> tied;
  private double preservation;

  /// Adds the cell's parameters to `parameters` under `name.`, and draws their initial values once
  /// the parameters are frozen ([#initialize]).
  ///
  /// @param name the layer's name, unique in its model
  /// @param sizes `F`, `H` and the cell's further sizes
  /// @param maskDrop the probability with which an element of a mask of the cell is zero in
  ///     training; the others are `1 / (1 − maskDrop)`
  /// @param random the source of initial values and masks, the model's
  /// @throws CellException if the cell ties the size of its input to its hidden size and they
  ///     differ, or the heads of a matrix do not divide its sizes
  public Recurrent(String name, Cell cell, Dimensions sizes, Parameters parameters, double maskDrop,
      CounterRandom random) {
    this(name, cell, sizes, parameters, Masks.drop(maskDrop), random);
  }

  /// The same with rules for masks.
  ///
  /// @param masks how the cell's masks are drawn, and whether weights are dropped
  /// @throws IllegalArgumentException if a step mask of the cell has no rule, or the cell reads a
  ///     step number other than those of [Lengths] and [Restart]
  public Recurrent(String name, Cell cell, Dimensions sizes, Parameters parameters, Masks masks,
      CounterRandom random) {
    this(name, cell, sizes, parameters, Map.of(), masks, random);
  }

  /// The same with parameters that another part of the model already has: these are tied, and
  /// initialized there.
  ///
  /// @param given the cell
  /// @param tied blocks by the cell's names
  public Recurrent(String name, Cell given, Dimensions sizes, Parameters parameters,
      Map<String, Parameters.Block> tied, Masks masks, CounterRandom random) {
    this.name = name;
    this.cell = Restart.learning(given);
    this.sizes = sizes;
    this.parameters = parameters;
    this.tied = Map.copyOf(tied);
    this.masks = masks;
    this.random = random.stream(name);
    var shapes = cell.shapes();
    int inputs = sizes.of(Size.INPUT);
    int hidden = sizes.of(Size.HIDDEN);
    if (shapes.output().equals(Size.INPUT) && inputs != hidden) {
      throw new CellException(
          ("Cell %s ties its state to x, so both have one size, but layer %s has "
              + "%d inputs and hidden size %d; give them the same size")
              .formatted(cell.name(), name, inputs, hidden),
          null);
    }
    var problem = shapes.headsProblem(sizes);
    if (problem != null) {
      throw new CellException(cell.name(), CellException.Place.CELL, problem);
    }
    shapes.given().forEach(this::requireRule);
    var output = shapes.output();
    outputSize = sizes.of(output.equals(Size.ONE) ? Size.HIDDEN : output);
    for (var p : Plan.inference(cell).parameters()) {
      var shared = tied.get(p.name());
      blocks.put(p.name(), shared != null ? shared
          : parameters.add(name + "." + p.name(), sizes.of(p.rows()), p.stored(sizes),
              p.heads()));
    }
  }

  private void requireRule(String given, Size size) {
    if (given.equals(Lengths.PRESENT) || given.equals(Restart.KEEP)) {
      return;
    }
    if (size.equals(Size.ONE)) {
      throw new IllegalArgumentException(
          "layer %s: nothing gives stepnumber(%s); a layer gives %s and %s"
              .formatted(name, given, Lengths.PRESENT, Restart.KEEP));
    }
    if (!masks.rules().containsKey(given)) {
      throw new IllegalArgumentException(
          "layer %s: stepmask(%s) has no rule; give one with Masks.with".formatted(name, given));
    }
  }

  /// Initializes the parameters, each from a random stream of its own.
  public void initialize() {
    var own = new LinkedHashMap<>(blocks);
    own.keySet().removeAll(tied.keySet());
    Initialization.fill(cell, sizes, own, parameters.values(), random.stream("init"));
  }

  /// Adds λ Ω to the loss of runs that are bound for training from now on: the regularizer of
  /// Pascanu, Mikolov and Bengio 2013 (arXiv 1211.5063), which preserves the norm of the error that
  /// is propagated back in time, for a cell `h' = φ(W x + U h + b)`. [GradientPreservation] has the
  /// equations.
  ///
  /// @param lambda λ; 0 for none
  /// @throws CellException if the cell has another form
  public void preserveGradients(double lambda) {
    GradientPreservation.matrix(cell);
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "layer %s: the weight of gradient preservation is %s, expected a number from 0 up"
              .formatted(name, lambda));
    }
    preservation = lambda;
  }

  double preservation() {
    return preservation;
  }

  /// The cell as the layer runs it: that of the constructor, whose states can be reset if it starts
  /// them from parameters ([Restart]).
  public Cell cell() {
    return cell;
  }

  /// The layer's name in its model.
  public String name() {
    return name;
  }

  @Override
  public int inputSize() {
    return sizes.of(Size.INPUT);
  }

  @Override
  public int outputSize() {
    return outputSize;
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    return GuardedRun.of(new RecurrentRun(this, engine, bounds), this, bounds);
  }

  @Override
  public String definition() {
    return cell.states().isEmpty() ? ""
        : "%s %s\n%s".formatted(name, new TreeMap<>(sizes.elements()), cell);
  }

  /// Binds the plan of a rewrite of the cell to a copy of the current parameters, to examine single
  /// steps. States begin at zero; masks have their expectation, no step is padded and no state is
  /// reset, unless the caller writes otherwise.
  ///
  /// @param plan a plan all of whose parameters the layer has
  /// @throws IllegalArgumentException if it has another parameter
  public Unrolled examined(Engine engine, Plan plan, int time, int batch) {
    var copy = new Parameters();
    for (var p : plan.parameters()) {
      var block = block(p.name());
      copy.add(p.name(), block.rows(), block.columns());
    }
    copy.freeze();
    copy.blocks().forEach(block -> parameters.read(requireNonNull(blocks.get(block.name())), 0,
        block.rows(), copy.values(), block.offset()));
    var unrolled = new Unrolled(plan, sizes, time, batch, copy.byName(), copy.values(),
        engine.processors());
    unrolled.load(copy.values());
    plan.masks().keySet()
        .forEach(mask -> CellMasks.set(unrolled.mask(mask), batch, masks.rule(mask).expected()));
    plan.given().keySet()
        .forEach(given -> CellMasks.set(unrolled.given(given), time * batch, expected(given)));
    return unrolled;
  }

  private float expected(String given) {
    return given.equals(Lengths.PRESENT) || given.equals(Restart.KEEP) ? 1
        : masks.rule(given).expected();
  }

  /// The location in [#parameters] of the matrices that multiply something that depends on a state,
  /// by the cell's names: the U of the gates, and other matrices that mix states. For `W [x; h]`
  /// these are the columns that multiply h, called `W[2]`; a matrix with heads is its blocks,
  /// called `U, head 1` and so on.
  public SequencedMap<String, Parameters.Columns> recurrentMatrices() {
    return recurrentMatrices(blocks);
  }

  /// The same for parameters in these blocks.
  SequencedMap<String, Parameters.Columns> recurrentMatrices(Map<String, Parameters.Block> blocks) {
    var all = new LinkedHashMap<String, Parameters.Columns>();
    cell.shapes().matrices().keySet().forEach(name -> all.putAll(
        Initialization.columns(cell, sizes, name, requireNonNull(blocks.get(name)))));
    var found = new LinkedHashMap<String, Parameters.Columns>();
    for (var matrix : Initialization.recurrentMatrices(cell)) {
      var its = requireNonNull(all.get(matrix)).heads(cell.heads().getOrDefault(matrix, 1));
      for (int k = 0; k < its.size(); k++) {
        found.put(its.size() == 1 ? matrix : "%s, head %d".formatted(matrix, k + 1), its.get(k));
      }
    }
    return found;
  }

  /// The layer itself, which must be recurrent.
  ///
  /// @throws IllegalArgumentException if it is another one
  public static Recurrent of(Layer layer) {
    if (layer instanceof Recurrent recurrent) {
      return recurrent;
    }
    throw new IllegalArgumentException(
        "%s is no recurrent layer; take one of those that Microscope#trajectories gives"
            .formatted(layer));
  }

  /// The recurrent layers that a layer is made of ([Layer#parts]).
  public static List<Recurrent> in(Layer layer) {
    return layer.parts().stream().filter(Recurrent.class::isInstance).map(Recurrent.class::cast)
        .toList();
  }

  @Override
  public List<Layer> parts() {
    return List.of(this);
  }

  /// Estimates the bytes that a run would take for its activations, before allocation.
  public double bytes(Bounds bounds) {
    var plan = RecurrentRun.plan(RecurrentRun.cell(cell, bounds), bounds);
    return Unrolled.bytes(plan, sizes, bounds.time(), bounds.batch());
  }

  /// The number of elements of each symbolic size of the cell.
  public Dimensions sizes() {
    return sizes;
  }

  /// The parameters of the model that the layer is a part of.
  public Parameters parameters() {
    return parameters;
  }

  /// A copy of a parameter by the name that its cell has for it: `Wi` of an LSTM is `[H, F]`, `bi`
  /// is `[H, 1]`. A matrix with N heads is its blocks, one under another: `[H, H / N]`.
  ///
  /// @throws IllegalArgumentException if the cell has no such parameter; names those that it has
  public Matrix get(String parameter) {
    return parameters.get(block(parameter));
  }

  /// A copy of the gradient of a parameter.
  ///
  /// @throws IllegalArgumentException if the cell has no such parameter; names those that it has
  public Matrix gradient(String parameter) {
    return parameters.gradient(block(parameter));
  }

  /// Sets the values of a parameter. Runs that are bound take them over with [LayerRun#load].
  ///
  /// @throws IllegalArgumentException if the cell has no such parameter, or it has another shape
  public void set(String parameter, Matrix values) {
    parameters.set(block(parameter), values);
  }

  /// The same with rows, or for a vector with elements: `layer.set("Wi", rows)`,
  /// `layer.set("bi", elements)`.
  ///
  /// @throws IllegalArgumentException if the cell has no such parameter, or it has another shape
  public void set(String parameter, float[]... rows) {
    boolean isVector = block(parameter).columns() == 1 && rows.length == 1;
    set(parameter, isVector ? Matrix.vector(rows[0]) : Matrix.of(rows));
  }

  private Parameters.Block block(String parameter) {
    var block = blocks.get(parameter);
    if (block == null) {
      throw new IllegalArgumentException("layer %s: it has no parameter %s; it has %s"
          .formatted(name, parameter, blocks.keySet()));
    }
    return block;
  }

  public Map<String, Parameters.Block> blocks() {
    return blocks;
  }

  Masks masks() {
    return masks;
  }

  CounterRandom random() {
    return random;
  }

  @Override
  public String toString() {
    return "%s(%d → %d), %,d parameters".formatted(cell.name(), inputSize(), outputSize(),
        blocks.values().stream().mapToInt(Parameters.Block::length).sum());
  }
}
