package dev.unroll.layer;

import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Unrolled;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;

/// A cell unrolled over time, with its states carried and its masks drawn.
final class RecurrentRun implements LayerRun {
  private final Recurrent layer;
  private final Unrolled unrolled;
  private final List<String> states;
  private final Rows[] masks;
  private final CounterRandom[] maskRandoms;
  private final int batch;
  private final boolean training;
  private final Rows output;
  private final Rows dx;
  private final Rows[] before;

  /// The states after `afterSteps` steps, and the gradients of these and of those before.
  private Rows[] after = {};
  private Rows[] gradientsAfter = {};
  private Rows[] gradientsBefore = {};
  private int afterSteps;

  RecurrentRun(Recurrent layer, Engine engine, Bounds bounds) {
    this.layer = layer;
    batch = bounds.batch();
    training = bounds.training();
    var plan = training ? Plan.training(layer.cell()) : Plan.inference(layer.cell());
    states = List.copyOf(plan.states().keySet());
    unrolled = new Unrolled(plan, layer.sizes(), bounds.time(), batch, layer.blocks(),
        layer.parameters().values(), engine.kernels(), engine.threads());
    output = unrolled.output();
    dx = training ? unrolled.inputGradient() : output;
    before = statesAt(0);
    var names = List.copyOf(plan.masks().keySet());
    masks = names.stream().map(unrolled::mask).toArray(Rows[]::new);
    maskRandoms = names.stream().map(mask -> layer.random().stream("mask").stream(mask))
        .toArray(CounterRandom[]::new);
    for (var mask : masks) {
      fill(mask, 1f);
    }
  }

  @Override
  public void load() {
    unrolled.load(layer.parameters().values());
  }

  @Override
  public Rows forward(Rows x, Span span) {
    if (training && layer.maskDrop() > 0) {
      for (int i = 0; i < masks.length; i++) {
        draw(masks[i], maskRandoms[i], span.draw());
      }
    }
    unrolled.forward(x, span.steps());
    return output;
  }

  @Override
  public Rows step(Rows x, int samples) {
    unrolled.step(x, samples);
    return output;
  }

  /// One mask for all steps of the sequence: 0 with probability p, else 1 / (1 − p).
  private void draw(Rows mask, CounterRandom random, long draw) {
    int n = batch * mask.columns();
    random.uniforms(draw, mask.array(), mask.offset(), n);
    float drop = (float) layer.maskDrop();
    float keep = 1 / (1 - drop);
    for (int i = mask.offset(); i < mask.offset() + n; i++) {
      mask.array()[i] = mask.array()[i] < drop ? 0f : keep;
    }
  }

  @Override
  public Rows backward(Rows dy, Span span, boolean goesOn) {
    locate(span.steps());
    for (int i = 0; i < gradientsAfter.length; i++) {
      if (goesOn) {
        copy(gradientsBefore[i], gradientsAfter[i]);
      } else {
        fill(gradientsAfter[i], 0f);
      }
    }
    unrolled.backward(dy, span.steps(), layer.parameters().gradients());
    return dx;
  }

  @Override
  public List<StateRows> states() {
    return statesAfter(0);
  }

  @Override
  public List<StateRows> statesAfter(int steps) {
    return states.stream()
        .map(name -> new StateRows(layer.name() + "." + name, unrolled.state(name, steps)))
        .toList();
  }

  @Override
  public void carry(int steps) {
    locate(steps);
    for (int i = 0; i < before.length; i++) {
      copy(after[i], before[i]);
    }
  }

  /// Finds the places for a number of steps, which hardly ever changes from call to call.
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
    return unrolled.bytes();
  }

  private void copy(Rows from, Rows to) {
    System.arraycopy(
        from.array(), from.offset(), to.array(), to.offset(), batch * from.columns());
  }

  private void fill(Rows rows, float value) {
    Arrays.fill(rows.array(), rows.offset(), rows.offset() + batch * rows.columns(), value);
  }
}
