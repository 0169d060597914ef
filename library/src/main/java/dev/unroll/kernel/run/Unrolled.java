package dev.unroll.kernel.run;

import dev.unroll.expr.Dimensions;
import dev.unroll.kernel.Dump;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.StageClock;
import dev.unroll.kernel.StageTimes;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.bytecode.Origin;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Pass;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.store.StoredValues;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A cell unrolled over up to T steps of B samples: a plan bound to sizes, memory and kernels.
///
/// ```
/// load(values)                      once after each change of the parameters
/// state(name, 0) := h0 [B, H]       for each state, by writing to its memory
/// forward(x [T, B, F], T)  →  output() [T, B, H], state(…, T) [B, H]
/// backward(dy [T, B, H], T, gradients)  →  inputGradient() [T, B, F]
/// ```
///
/// A backward pass may overwrite what the forward pass kept, unless the plan is [Plan#repeatable].
///
/// All memory is allocated by the constructor. Threads divide samples or hidden units among them,
/// whichever costs less (`Division`); no sum is split between threads. Not thread-safe: one caller
/// at a time.
public final class Unrolled {
  /// The cost of packing a weight, in multiply-adds.
  private static final double PACKING = 40;

  private final Plan plan;
  private final int time;
  private final int batch;
  private final Threads threads;
  private final Memory memory;
  private final List<WeightedStage> products;

  /// The products of the input over all steps, and its rows that are the same.
  private final List<Product> inputProducts;
  private final EqualRows equalRows;
  private final double inputWork;
  private final Threads.Task differentRows = this::differentRows;
  private final PassRun forward;
  private final @Nullable PassRun backward;
  private final @Nullable WeightGradients weightGradients;
  private final Scratch[] scratch;
  private final @Nullable StageTimes times;
  private final @Nullable StageClock loading;
  private final @Nullable StageClock adding;
  private final double packing;
  private final Threads.Task load = this::load;
  private final int input;
  private final BackwardPass backwardPass;
  private final TimeLoop step;

  /// The parameters that are packed now.
  private float[] loaded = {};

  /// @param blocks the block of each parameter of the plan in the parameter arrays
  /// @param values the parameter array; vectors are read from it directly
  /// @param time the largest number of steps
  public Unrolled(Plan plan, Dimensions sizes, int time, int batch,
      Map<String, Parameters.Block> blocks, float[] values, Processors processors) {
    this(plan, sizes, time, batch, new StoredValues.Places(blocks, values, null), processors);
  }

  /// @param stored each parameter of the plan; vectors are read from its floats directly
  /// @param time the largest number of steps
  public Unrolled(Plan plan, Dimensions sizes, int time, int batch, StoredValues.Places stored,
      Processors processors) {
    var dump = Dump.current();
    if (dump.has(Dump.What.PLAN)) {
      dump.write(plan.cell().name() + "-plan.txt", plan.toString());
    }
    this.plan = plan;
    this.time = time;
    this.batch = batch;
    threads = processors.threads();
    times = processors.times();
    var kernels = processors.kernels();
    var weights = new Weights(plan, stored.blocks(), sizes, stored.small());
    float[] values = stored.floats();
    memory = new Memory(plan, sizes, time, batch);
    scratch = new Scratch[threads.size()];
    Arrays.setAll(scratch, Scratch::new);
    input = memory.number(plan.input());
    backwardPass = new BackwardPass(!plan.overlays().isEmpty());
    loading = clock("weights", "laid out for the kernels");
    var ahead = bind(plan.forward(), "forward", sizes, weights, values, kernels);
    forward = run(plan.forward(), ahead, "forward", false);
    equalRows = new EqualRows(memory.width(plan.input()));
    inputProducts = ahead.before().stream().filter(Product.class::isInstance)
        .map(Product.class::cast).filter(p -> p.reads(new Place(plan.input(), 0, 0))).toList();
    inputProducts.forEach(product -> product.share(equalRows));
    inputWork = inputProducts.stream().mapToDouble(Product::work).sum();
    step = step(plan.forward(), ahead.stages());
    var gradient = plan.gradient();
    var back = gradient == null ? null
        : bind(gradient.backward(), "backward", sizes, weights, values, kernels);
    backward = gradient == null || back == null ? null
        : run(gradient.backward(), back, "backward", true);
    products = Stream.of(ahead, back).filter(Objects::nonNull)
        .flatMap(pass -> pass.products().stream()).toList();
    packing = PACKING * products.stream().mapToDouble(StageRunner::work).sum();
    weightGradients = gradient == null ? null
        : new WeightGradients(gradient, memory, kernels, weights, threads, scratch);
    adding = weightGradients == null ? null : clock("gradients", "of all parameters");
  }

  /// Packs the weights for the kernels.
  ///
  /// @param values those that are floats
  public void load(float[] values) {
    long start = loading == null ? 0 : System.nanoTime();
    loaded = values;
    threads.run(load, packing);
    if (loading != null) {
      loading.add(0, start, 0);
    }
  }

  /// The memory of the state before step `t`, `[B, H]`; `t = T` is the state after the last step.
  /// The caller writes the initial state to `state(name, 0)`.
  public Rows state(String name, int t) {
    return rows(new Place(buffer(plan.states(), name), 0, 0), t);
  }

  /// The memory of the mask, `[B, size]`; the caller fills it.
  public Rows mask(String name) {
    return rows(new Place(buffer(plan.masks(), name), 0, 0), 0);
  }

  /// The memory of the step mask or step number, `[T, B, size]`; the caller fills it.
  public Rows given(String name) {
    return rows(new Place(buffer(plan.given(), name), 0, 0), 0);
  }

  /// The outputs of the last forward pass, `[T, B, H]`.
  public Rows output() {
    return rows(plan.output(), 0);
  }

  /// The gradient of `x` of the last backward pass, `[T, B, F]`.
  public Rows inputGradient() {
    return rows(gradient().input(), 0);
  }

  /// The gradient of the state before step `t`; the caller writes that of the state after the last
  /// step, which is not zeroed here.
  public Rows stateGradient(String name, int t) {
    return rows(new Place(buffer(gradient().states(), name), 0, 0), t);
  }

  /// The bytes that the buffers of a plan would take; a `double`, as absurd sizes overflow
  /// integers.
  public static double bytes(Plan plan, Dimensions sizes, int time, int batch) {
    return Memory.bytes(plan, sizes, time, batch);
  }

  /// The values and gradients that a traced plan keeps of each pass.
  ///
  /// @throws IllegalStateException if the plan does not trace
  public Traced traced() {
    return new Traced(plan, memory);
  }

  /// The bytes that the buffers take.
  public long bytes() {
    return memory.bytes();
  }

  /// Whether everything runs on its fast code. Until C2 has compiled that in the background, which
  /// takes some seconds in a new JVM, plain Java gives the same bits. The property `unroll.warmup`
  /// overrides this: `eager` warms up in this constructor, `off` uses cold code.
  public boolean isWarm() {
    return Stream.concat(forward.stages().stream(),
        Stream.ofNullable(backward).flatMap(pass -> pass.stages().stream()))
        .allMatch(StageRunner::isWarm);
  }

  /// How the threads divide the time loop, as text: `forward alone, backward by units`.
  public String division() {
    return "forward " + forward.loop().division()
        + (backward == null ? "" : ", backward " + backward.loop().division());
  }

  /// The forward pass of `steps ≤ T` steps from the states in slot 0.
  public void forward(Rows x, int steps) {
    check(steps);
    memory.spoil(plan, true);
    memory.attach(plan.input(), x);
    backwardPass.opens();
    share(x, steps * batch);
    forward.run(steps);
  }

  /// Computes the products of an input whose rows are often the same, once for each different row.
  private void share(Rows x, int rows) {
    if (inputProducts.isEmpty()) {
      return;
    }
    equalRows.find(x, rows);
    if (equalRows.count() > 0) {
      for (int i = 0; i < inputProducts.size(); i++) {
        inputProducts.get(i).begin(equalRows);
      }
      threads.run(differentRows, inputWork * equalRows.count());
    }
  }

  private void differentRows(int thread, int count) {
    int from = WorkSplit.share(equalRows.count(), thread, count);
    int to = WorkSplit.share(equalRows.count(), thread + 1, count);
    for (int i = 0; i < inputProducts.size() && from < to; i++) {
      inputProducts.get(i).runDifferent(equalRows, from, to);
    }
  }

  /// One step of the first `samples ≤ B` samples, from the states in slot 0 to those in slot 1; the
  /// others are unchanged. Allocates nothing.
  ///
  /// @param x `[samples, F]`
  public void step(Rows x, int samples) {
    if (samples < 1 || samples > batch) {
      throw new IllegalArgumentException(
          "%d samples, expected 1 to %d, for which memory was planned".formatted(samples, batch));
    }
    memory.spoil(plan, false);
    memory.attach(input, x);
    equalRows.clear();
    step.run(0, 1, samples);
  }

  /// The forward pass of step `t`, after the steps before it: all steps one by one give the same
  /// bits as [#forward].
  ///
  /// @param x `[T, B, F]`, of which the rows of step t are read now
  public void forwardStep(Rows x, int t) {
    check(t + 1);
    if (t == 0) {
      memory.spoil(plan, true);
    }
    memory.attach(plan.input(), x);
    backwardPass.opens();
    equalRows.clear();
    forward.runStep(t, batch);
  }

  /// The backward pass of step `t`, after those of later steps; call [#addGradients] after the
  /// first step.
  ///
  /// @param dy `[T, B, H]`, of which the rows of step t are read now
  public void backwardStep(Rows dy, int t) {
    check(t + 1);
    memory.attach(gradient().arriving(), dy);
    backwardPass.goes(t + 1, t);
    Objects.requireNonNull(backward).runStep(t, batch);
  }

  /// Adds the gradients of the parameters over all steps to `gradients`.
  public void addGradients(int steps, float[] gradients) {
    check(steps);
    var all = Objects.requireNonNull(weightGradients, "a plan that only infers has no gradients");
    long start = adding == null ? 0 : System.nanoTime();
    all.add(steps, batch, gradients);
    if (adding != null) {
      adding.add(0, start, all.work() * steps * batch);
    }
  }

  /// Back-propagation through the steps of the last forward pass; adds to `gradients`.
  public void backward(Rows dy, int steps, float[] gradients) {
    check(steps);
    var gradient = gradient();
    memory.attach(gradient.arriving(), dy);
    backwardPass.goes(steps, 0);
    Objects.requireNonNull(backward).run(steps);
    addGradients(steps, gradients);
  }

  private void load(int thread, int count) {
    for (int i = 0; i < products.size(); i++) {
      products.get(i).pack(loaded, thread, count);
    }
  }

  private BoundPass bind(Pass pass, String name, Dimensions sizes, Weights weights,
      float[] values, Kernels kernels) {
    return BoundPass.of(pass, Origin.of(plan.cell(), name), memory, sizes, weights, values,
        kernels);
  }

  private PassRun run(Pass pass, BoundPass bound, String name, boolean againstTime) {
    var division = Division.of(pass.loop(), bound.loop(), time, batch, threads.size());
    return new PassRun(
        new AllSteps(timed(bound.once(), name + ", once"), batch, threads, scratch),
        new AllSteps(timed(bound.before(), name + ", before the loop"), batch, threads, scratch),
        new TimeLoop(timed(bound.loop(), name + ", each step"), againstTime, batch, division,
            threads, scratch),
        new AllSteps(timed(bound.after(), name + ", after the loop"), batch, threads, scratch));
  }

  /// All stages of one step, for which doing work for all steps at once gains nothing.
  private TimeLoop step(Pass pass, List<StageRunner> runners) {
    var stages = pass.stages();
    var division = Division.of(stages, runners, 1, batch, threads.size());
    var joined = division.splitsSteps() ? runners : ProductsInTurn.join(runners);
    return new TimeLoop(timed(joined, "single step"), false, batch, division, threads, scratch);
  }

  private List<StageRunner> timed(List<StageRunner> stages, String phase) {
    return times == null ? stages
        : stages.stream().<StageRunner>map(stage -> new TimedStage(stage,
            times.clock(plan.cell().name(), phase, stage.toString(), threads.size()))).toList();
  }

  /// A clock for the work of all threads, as seen by the caller.
  private @Nullable StageClock clock(String phase, String what) {
    return times == null ? null : times.clock(plan.cell().name(), phase, what, 1);
  }

  private Rows rows(Place place, int t) {
    var location = memory.locate(place);
    return new Rows(location.array(), location.at(t, 0), location.stride());
  }

  private static Buffer buffer(
      Map<String, Buffer> buffers, String name) {
    var buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException(
          "the cell has no %s; it has %s".formatted(name, buffers.keySet()));
    }
    return buffer;
  }

  private Plan.Gradient gradient() {
    var gradient = plan.gradient();
    if (gradient == null) {
      throw new IllegalStateException("this plan only infers; use Plan.training for gradients");
    }
    return gradient;
  }

  private void check(int steps) {
    if (steps < 1 || steps > time) {
      throw new IllegalArgumentException(
          "%d steps, expected 1 to %d, for which memory was planned".formatted(steps, time));
    }
  }
}
