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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// An optimizer bound to the parameters of a model, with its arrays. Elements do not depend on one
/// another, so any number of threads gives the same bits. Not thread-safe: one caller at a time.
public final class OptimizerRun {
  private static final String AVERAGE = "average";

  private final OneCaller caller = new OneCaller("OptimizerRun",
      "bind one for each thread, to the parameters of a model of its own");
  private final Optimizer optimizer;
  private final Kernels kernels;
  private final float[] values;
  private final float[] gradients;
  private final List<Block> decayed;
  private final float[][] arrays;
  private final float[] average;
  private final WorkSplit elements;
  private final WorkSplit exchange;
  private long steps;
  private long averaged;
  private boolean averaging;
  private Rule.Step step;
  private float scale;
  private float rate;

  /// Binds an optimizer to the parameters of a model, with all arrays zero.
  public OptimizerRun(Optimizer optimizer, Engine engine, Parameters parameters) {
    this.optimizer = optimizer;
    kernels = engine.kernels();
    values = parameters.values();
    gradients = parameters.gradients();
    decayed = parameters.blocks().stream().filter(optimizer.decay()::actsOn).toList();
    arrays = new float[optimizer.rule().arrays().size()][values.length];
    average = new float[optimizer.average() > 0 ? values.length : 0];
    elements = engine.split(1024, this::update);
    exchange = engine.split(1024, this::exchange);
    step = optimizer.rule().step(1, 1, 0);
  }

  /// One step: changes the values of the parameters by their gradients, which are not to be read
  /// afterwards.
  ///
  /// @param scale the factor that the gradients are multiplied by first, that of clipping
  /// @param learningRate lr
  public void step(float scale, double learningRate) {
    caller.enter();
    try {
      steps++;
      if (averaging) {
        averaged++;
      }
      boolean coupled = !decayed.isEmpty() && !optimizer.decay().decoupled();
      step = optimizer.rule().step(steps, coupled ? 1 : scale, learningRate);
      this.scale = scale;
      rate = (float) learningRate;
      elements.run(values.length);
    } finally {
      caller.leave();
    }
  }

  /// Counts a step without taking it.
  public void skip() {
    steps++;
  }

  private void update(int from, int to) {
    if (!decayed.isEmpty()) {
      decay(from, to);
    }
    step.update(kernels, values, gradients, arrays, from, to);
    if (averaged > 0) {
      DescentSteps.mean(average, values, from, to, 1f / averaged);
    }
  }

  private void decay(int from, int to) {
    float lambda = (float) optimizer.decay().lambda();
    boolean decoupled = optimizer.decay().decoupled();
    if (!decoupled) {
      DescentSteps.scale(gradients, from, to, scale);
    }
    for (var block : decayed) {
      int first = Math.max(from, block.offset());
      int end = Math.min(to, block.offset() + block.length());
      if (decoupled) {
        DescentSteps.scale(values, first, end, 1 - rate * lambda);
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
