package dev.unroll.train.step;

import dev.unroll.Engine;
import dev.unroll.kernel.DescentSteps;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import dev.unroll.tensor.guard.OneCaller;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.Rule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An optimizer bound to the parameters of a model, with its arrays. Elements do not depend on one
/// another, so any number of threads gives the same bits. Not thread-safe: one caller at a time.
public final class OptimizerRun {
  private static final String AVERAGE = "average";

  /// The elements that all that a step does to them is done to at a time, while they are in the
  /// first-level cache.
  private static final int TOGETHER = 1024;

  private final OneCaller caller = new OneCaller("OptimizerRun",
      "bind one for each thread, to the parameters of a model of its own");
  private final Optimizer optimizer;
  private final Parameters parameters;
  private final Kernels kernels;
  private final float[] values;
  private final float[] gradients;
  private final List<Block> decayed;
  private final float[][] arrays;
  private final float[] average;
  private final WorkSplit elements;
  private final WorkSplit exchange;
  private final @Nullable LateSteps late;
  private long steps;
  private long averaged;
  private boolean averaging;
  private Taken taken;

  /// Whether looked-up rows take the step when somebody looks at them.
  private boolean skipsLate;

  /// Binds an optimizer to the parameters of a model, with all arrays zero.
  public OptimizerRun(Optimizer optimizer, Engine engine, Parameters parameters) {
    this(optimizer, engine, parameters, LateSteps.LARGE);
  }

  /// @param large the elements from which on a looked-up matrix may be late
  OptimizerRun(Optimizer optimizer, Engine engine, Parameters parameters, int large) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    kernels = engine.kernels();
    values = parameters.values();
    gradients = parameters.gradients();
    decayed = parameters.blocks().stream().filter(optimizer.decay()::actsOn).toList();
    arrays = new float[optimizer.rule().arrays().size()][values.length];
    average = new float[optimizer.average() > 0 ? values.length : 0];
    elements = engine.split(TOGETHER, this::update);
    exchange = engine.split(1024, this::exchange);
    taken = new Taken(optimizer.rule().step(1, 1, 0), 1, 0);
    late = optimizer.average() > 0 ? null : LateSteps.of(engine, parameters, arrays, large);
  }

  /// A step, which is the same for all elements.
  private final class Taken implements LateSteps.Step {
    private final Rule.Step step;
    private final float scale;
    private final float rate;

    Taken(Rule.Step step, float scale, float rate) {
      this.step = step;
      this.scale = scale;
      this.rate = rate;
    }

    @Override
    public void take(int from, int to) {
      if (!decayed.isEmpty()) {
        decay(this, from, to);
      }
      step.update(kernels, values, gradients, arrays, from, to);
      Arrays.fill(gradients, from, to, 0f);
    }

    @Override
    public boolean rests() {
      return decayed.isEmpty() && optimizer.rule().rests();
    }
  }

  /// One step: changes the values of the parameters by their gradients, and makes these zero.
  ///
  /// @param scale the factor that the gradients are multiplied by first, that of clipping
  /// @param learningRate lr
  public void step(float scale, double learningRate) {
    step(scale, learningRate, null);
  }

  /// The same if all gradients were zero before those added to them who touch looked-up rows: the
  /// other rows of large matrices are changed when somebody wants to see them ([LateSteps]).
  public void stepTouched(float scale, double learningRate) {
    step(scale, learningRate, late);
  }

  private void step(float scale, double learningRate, @Nullable LateSteps late) {
    caller.enter();
    try {
      if (late == null) {
        parameters.values();
      }
      steps++;
      if (averaging) {
        averaged++;
      }
      boolean coupled = !decayed.isEmpty() && !optimizer.decay().decoupled();
      taken = new Taken(optimizer.rule().step(steps, coupled ? 1 : scale, learningRate), scale,
          (float) learningRate);
      skipsLate = late != null;
      elements.run(values.length);
      if (late != null) {
        late.step(taken);
      }
      parameters.cleared();
    } finally {
      caller.leave();
    }
  }

  /// Counts a step without taking it.
  public void skip() {
    steps++;
  }

  private void update(int from, int to) {
    int start = from;
    while (start < to) {
      int end = Math.min(to, start + TOGETHER);
      boolean skipped = false;
      if (skipsLate && late != null) {
        end = late.next(start, end);
        skipped = late.has(start);
      }
      if (!skipped) {
        taken.take(start, end);
        if (averaged > 0) {
          DescentSteps.mean(average, values, start, end, 1f / averaged);
        }
      }
      start = end;
    }
  }

  private void decay(Taken taken, int from, int to) {
    float lambda = (float) optimizer.decay().lambda();
    boolean decoupled = optimizer.decay().decoupled();
    if (!decoupled) {
      DescentSteps.scale(gradients, from, to, taken.scale);
    }
    for (var block : decayed) {
      int first = Math.max(from, block.offset());
      int end = Math.min(to, block.offset() + block.length());
      if (decoupled) {
        DescentSteps.scale(values, first, end, 1 - taken.rate * lambda);
      } else {
        DescentSteps.add(gradients, values, first, end, lambda);
      }
    }
  }

  /// Called after a validation: decides whether the weights are averaged from now on.
  ///
  /// @param losses of all validations so far, the last one last
  public void validated(List<Double> losses) {
    int before = losses.size() - 1;
    int n = optimizer.average();
    if (n > 0 && !averaging && before > n) {
      double least = losses.subList(0, before - n).stream().mapToDouble(d -> d).min().orElseThrow();
      averaging = losses.getLast() > least;
    }
  }

  /// Exchanges the values of the parameters and their averages, if there are any: before and after
  /// validating and saving.
  public void exchange() {
    caller.enter();
    try {
      if (averaged > 0) {
        exchange.run(values.length);
      }
    } finally {
      caller.leave();
    }
  }

  private void exchange(int from, int to) {
    for (int i = from; i < to; i++) {
      float value = values[i];
      values[i] = average[i];
      average[i] = value;
    }
  }

  /// The number of steps done.
  public long steps() {
    return steps;
  }

  /// The number of steps that the averages are over, 0 before they begin.
  public long averaged() {
    return averaged;
  }

  /// Whether the weights are averaged from the next step on.
  public boolean averaging() {
    return averaging;
  }

  /// The arrays by name, to be stored and written by [#resume]'s caller; shared, not copied.
  public SequencedMap<String, float[]> arrays() {
    parameters.values();
    var named = new LinkedHashMap<String, float[]>();
    var names = optimizer.rule().arrays();
    for (int i = 0; i < arrays.length; i++) {
      named.put(names.get(i), arrays[i]);
    }
    if (averaging) {
      named.put(AVERAGE, average);
    }
    return named;
  }

  /// Resumes after this many steps; the caller then writes the arrays.
  public void resume(long steps, boolean averaging, long averaged) {
    this.steps = steps;
    this.averaging = averaging;
    this.averaged = averaged;
  }
}
