package dev.unroll.layer.recurrent;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LastSteps;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.PassOrder;
import dev.unroll.layer.run.PresentInput;
import dev.unroll.layer.run.ReadsPresent;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.store.StoredValues;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cell unrolled over time, with carried states and dropout masks.
final class RecurrentRun implements LayerRun, ReadsPresent {
  private final Recurrent layer;
  private final Unrolled unrolled;
  private final List<String> states;
  private final Map<String, Expr> initial;
  private final CellMasks masks;
  private final @Nullable DroppedWeights weights;
  private final StoredValues.Places stored;
  private final int batch;
  private final boolean training;
  private final Rows output;
  private final Rows dx;
  private final Rows[] before;
  private @Nullable LastSteps lastSteps;
  private final @Nullable GradientPreservation preservation;
  private final Parameters.@Nullable Columns preserved;
  private final Rows[] stateGradients;
  private final @Nullable RecurrentProbe probe;
  private final PassOrder order;
  private final PresentInput read;

  /// The states after `afterSteps` steps, and the gradients of the states after and before.
  private Rows[] after = {};
  private Rows[] gradientsAfter = {};
  private Rows[] gradientsBefore = {};
  private int afterSteps;

  /// Whether the cell says from what its states start, and no sequence has begun yet.
  private boolean isNew;

  /// The gradient of the output, for a backward pass step by step.
  private Rows arrived;

  RecurrentRun(Recurrent layer, Engine engine, Bounds bounds) {
    this.layer = layer;
    batch = bounds.batch();
    read = new PresentInput(batch, layer.inputSize(), Lengths.needsInput(layer.cell()));
    order = new PassOrder(layer.name(), batch, !layer.blocks().isEmpty());
    training = bounds.training();
    var cell = cell(layer.cell(), bounds);
    var probes = isTraced(cell, bounds) ? bounds.probes() : null;
    if (probes != null) {
      probes.release(layer.name());
    }
    var plan = plan(cell, bounds);
    states = List.copyOf(plan.states().keySet());
    boolean noisy = bounds.isNoisy();
    weights = noisy && layer.masks().weights() > 0 ? new DroppedWeights(layer, engine) : null;
    stored = weights != null ? new StoredValues.Places(weights.blocks(), weights.values(), null)
        : training ? layer.parameters().storage().placesOfFloats(layer.blocks())
            : layer.parameters().storage().places(layer.blocks());
    unrolled =
        new Unrolled(plan, layer.sizes(), bounds.time(), batch, stored, engine.processors());
    initial = Restart.initial(layer.cell());
    isNew = !layer.cell().starts().isEmpty();
    masks = new CellMasks(layer, plan, unrolled, engine, bounds);
    output = unrolled.output();
    dx = training ? unrolled.inputGradient() : output;
    arrived = output;
    before = statesAt(0);
    preservation = noisy && layer.preservation() > 0
        ? new GradientPreservation(layer.preservation(), layer.cell(), bounds, layer.outputSize(),
            engine)
        : null;
    preserved = preservation == null ? null
        : layer.recurrentMatrices(weights == null ? layer.blocks() : weights.blocks())
            .get(GradientPreservation.matrix(layer.cell()));
    stateGradients = new Rows[preservation == null ? 0 : bounds.time() + 1];
    Arrays.setAll(stateGradients, t -> unrolled.stateGradient(states.getFirst(), t));
    probe = probes == null ? null
        : new RecurrentProbe(layer.name(), cell, probes.reversed(), bounds, unrolled);
    if (probes != null && probe != null) {
      probes.add(probe);
    }
  }

  /// Whether the layer is traced: one without states has no dynamics over time.
  private static boolean isTraced(Cell cell, Bounds bounds) {
    return bounds.probes() != null && !cell.states().isEmpty();
  }

  static Plan plan(Cell cell, Bounds bounds) {
    return isTraced(cell, bounds) ? Plan.traced(cell, bounds.training())
        : bounds.training() ? Plan.training(cell) : Plan.inference(cell);
  }

  /// The cell with the rewrites that the bounds require.
  static Cell cell(Cell cell, Bounds bounds) {
    var given = cell.shapes().given();
    var restarting = bounds.restarts() && !given.containsKey(Restart.KEEP)
        ? Restart.of(cell, false)
        : cell;
    return bounds.masked() && !given.containsKey(Lengths.PRESENT)
        ? Lengths.of(restarting)
        : restarting;
  }

  @Override
  public void load() {
    order.load();
    if (weights == null) {
      unrolled.load(stored.floats());
    } else {
      weights.changed();
    }
    if (isNew) {
      isNew = false;
      start();
    }
  }

  @Override
  public Rows forward(Rows x, Span span) {
    order.forward(span);
    var present = read.of(x, span);
    prepare(present, span);
    unrolled.forward(present, span.steps());
    return output;
  }

  private void prepare(Rows x, Span span) {
    if (probe != null) {
      probe.goesForward(x, span.steps());
    }
    if (lastSteps != null) {
      lastSteps.begin();
    }
    masks.prepare(span);
    if (weights != null && weights.draw(span.dropoutStep())) {
      unrolled.load(stored.floats());
    }
  }

  @Override
  public Rows forwardStep(Rows x, int t, Span span) {
    order.forwardStep(t, span);
    var present = read.ofStep(x, t, span);
    if (t == 0) {
      prepare(present, span);
    }
    unrolled.forwardStep(present, t);
    return output;
  }

  @Override
  public Rows step(Rows x, int samples) {
    order.step();
    masks.prepareStep();
    unrolled.step(x, samples);
    return output;
  }

  @Override
  public Rows backward(Rows dy, Span span, boolean goesOn) {
    requireTraining();
    order.backward(span);
    begin(span.steps(), goesOn);
    var arriving = added(dy, span);
    unrolled.backward(arriving, span.steps(), gradients());
    if (preservation != null) {
      preserve(preservation, arriving, span);
    }
    hand();
    return dx;
  }

  private void preserve(GradientPreservation preservation, Rows dy, Span span) {
    preservation.add(new GradientPreservation.Pass(output, dy, stateGradients), span, gradients(),
        requireNonNull(preserved));
  }

  /// Ω of the last backward pass, without its weight; 0 if it is not used.
  double preservation() {
    return preservation == null ? 0 : preservation.value();
  }

  @Override
  public Rows backwardStep(Rows dy, int t, Span span) {
    requireTraining();
    order.backwardStep(t, span);
    if (t == span.steps() - 1) {
      begin(span.steps(), false);
    }
    arrived = lastSteps == null ? dy : lastSteps.addedStep(dy, t, span);
    unrolled.backwardStep(arrived, t);
    return dx;
  }

  @Override
  public void gradients(Span span) {
    order.gradients(span);
    unrolled.addGradients(span.steps(), gradients());
    if (preservation != null) {
      preserve(preservation, arrived, span);
    }
    hand();
  }

  private void requireTraining() {
    if (!training) {
      throw new IllegalStateException(
          "layer %s is not bound for training, so it has no backward pass; bind it for training"
              .formatted(layer.name()));
    }
  }

  private float[] gradients() {
    return weights == null ? layer.parameters().gradients() : weights.gradients();
  }

  private void hand() {
    if (probe != null) {
      probe.wentBack();
    }
    if (weights != null) {
      weights.addGradients();
    }
  }

  /// Sets the gradients of the states after the last step.
  private void begin(int steps, boolean goesOn) {
    locate(steps);
    for (int i = 0; i < gradientsAfter.length; i++) {
      if (goesOn) {
        copy(gradientsBefore[i], gradientsAfter[i]);
      } else {
        if (Leftovers.areSpoiled()) {
          fill(gradientsBefore[i], Float.NaN);
        }
        fill(gradientsAfter[i], 0f);
      }
    }
  }

  @Override
  public void trustInput() {
    read.trust();
  }

  @Override
  public Rows last(Span span) {
    order.last("last", span);
    return lastSteps().of(output, span);
  }

  @Override
  public void backwardLast(Rows dLast, Span span) {
    order.last("backwardLast", span);
    lastSteps().give(dLast);
  }

  private Rows added(Rows dy, Span span) {
    return lastSteps == null ? dy : lastSteps.added(dy, span);
  }

  private LastSteps lastSteps() {
    var known = lastSteps;
    if (known == null) {
      known = new LastSteps(batch, output.columns());
      lastSteps = known;
    }
    return known;
  }

  @Override
  public void begin() {
    order.spoil("begin");
    start();
  }

  private void start() {
    for (int i = 0; i < before.length; i++) {
      switch (initial.get(states.get(i))) {
        case Expr.Constant(double value) -> fill(before[i], (float) value);
        case Expr.Vector(var vector) -> {
          var block = requireNonNull(layer.blocks().get(vector));
          for (int b = 0; b < batch; b++) {
            layer.parameters().read(block, 0, block.rows(), before[i].array(),
                before[i].offset() + b * block.length());
          }
        }
        case null, default -> fill(before[i], 0f);
      }
    }
  }

  @Override
  public List<StateRows> states() {
    return statesAfter(0);
  }

  @Override
  public List<StateRows> statesAfter(int steps) {
    return states.stream().map(name -> named(name, unrolled.state(name, steps))).toList();
  }

  @Override
  public List<StateRows> stateGradients() {
    return states.stream().map(name -> named(name, unrolled.stateGradient(name, 0))).toList();
  }

  private StateRows named(String state, Rows rows) {
    return new StateRows(layer.name() + "." + state, rows);
  }

  @Override
  public void carry(int steps) {
    order.carry(steps);
    locate(steps);
    for (int i = 0; i < before.length; i++) {
      copy(after[i], before[i]);
    }
  }

  /// Looks up the memory for a number of steps, which hardly ever changes between calls.
  private void locate(int steps) {
    if (steps != afterSteps) {
      afterSteps = steps;
      after = statesAt(steps);
      if (training) {
        gradientsAfter = gradientsAt(steps);
        gradientsBefore = gradientsAt(0);
      }
    }
  }

  private Rows[] statesAt(int step) {
    return states.stream().map(name -> unrolled.state(name, step)).toArray(Rows[]::new);
  }

  private Rows[] gradientsAt(int step) {
    return states.stream().map(name -> unrolled.stateGradient(name, step)).toArray(Rows[]::new);
  }

  @Override
  public long bytes() {
    return unrolled.bytes() + read.bytes() + (weights == null ? 0 : weights.bytes())
        + (lastSteps == null ? 0 : lastSteps.bytes())
        + (preservation == null ? 0 : preservation.bytes());
  }

  private void copy(Rows from, Rows to) {
    System.arraycopy(
        from.array(), from.offset(), to.array(), to.offset(), batch * from.columns());
  }

  private void fill(Rows rows, float value) {
    Arrays.fill(rows.array(), rows.offset(), rows.offset() + batch * rows.columns(), value);
  }
}
