package dev.unroll.layer;

import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Unrolled;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;

/// A cell unrolled over time, with its states carried and its masks drawn.
final class RecurrentRun implements LayerRun {
  private final Recurrent layer;
  private final Unrolled unrolled;
  private final List<String> states;
  private final List<String> masks;
  private final int batch;
  private final boolean training;
  private final Rows output;

  RecurrentRun(Recurrent layer, Engine engine, int time, int batch, boolean training) {
    this.layer = layer;
    this.batch = batch;
    this.training = training;
    var plan = training ? Plan.training(layer.cell()) : Plan.inference(layer.cell());
    states = List.copyOf(plan.states().keySet());
    masks = List.copyOf(plan.masks().keySet());
    unrolled = new Unrolled(plan, layer.sizes(), time, batch, layer.blocks(),
        layer.parameters().values(), engine.kernels(), engine.threads());
    output = unrolled.output();
    for (var mask : masks) {
      fill(unrolled.mask(mask), 1f);
    }
  }

  @Override
  public void load() {
    unrolled.load(layer.parameters().values());
  }

  @Override
  public Rows forward(Rows x, int steps, long draw) {
    if (training && layer.maskDrop() > 0) {
      masks.forEach(mask -> draw(mask, draw));
    }
    unrolled.forward(x, steps);
    return output;
  }

  @Override
  public Rows step(Rows x, int samples) {
    unrolled.step(x, samples);
    return output;
  }

  /// One mask for all steps of the sequence: 0 with probability p, else 1 / (1 − p).
  private void draw(String mask, long draw) {
    var rows = unrolled.mask(mask);
    int n = batch * rows.columns();
    layer.random().stream("mask").stream(mask).uniforms(draw, rows.array(), rows.offset(), n);
    float drop = (float) layer.maskDrop();
    float keep = 1 / (1 - drop);
    for (int i = rows.offset(); i < rows.offset() + n; i++) {
      rows.array()[i] = rows.array()[i] < drop ? 0f : keep;
    }
  }

  @Override
  public Rows backward(Rows dy, int steps) {
    // Truncated: nothing comes back from the chunk after this one.
    states.forEach(state -> fill(unrolled.stateGradient(state, steps), 0f));
    unrolled.backward(dy, steps, layer.parameters().gradients());
    return unrolled.inputGradient();
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
    for (var state : states) {
      var from = unrolled.state(state, steps);
      var to = unrolled.state(state, 0);
      System.arraycopy(from.array(), from.offset(), to.array(), to.offset(),
          batch * from.columns());
    }
  }

  @Override
  public long bytes() {
    return unrolled.bytes();
  }

  private void fill(Rows rows, float value) {
    Arrays.fill(rows.array(), rows.offset(), rows.offset() + batch * rows.columns(), value);
  }
}
