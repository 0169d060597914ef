package dev.unroll.model;

import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Split;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.Layer;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.LayerRun.StateRows;
import dev.unroll.layer.Span;
import dev.unroll.tensor.OneCaller;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;

/// A language model bound to up to T steps of B sequences. The states are carried from call to call
/// until [#reset]. Not thread-safe: one caller at a time; overlapping calls are refused by an
/// `IllegalStateException`.
public final class LanguageModelRun {
  private final OneCaller caller = new OneCaller("LanguageModelRun",
      "bind a run for each thread; they may share the model");
  private final LanguageModel model;
  private final Kernels kernels;
  private final int time;
  private final int batch;
  private final LayerRun layers;
  private final Rows inputs;
  private final SoftmaxCrossEntropy loss;
  private final Split embeddingGradient;
  private int[] symbols = {};
  private Rows dx;
  private int rows;

  /// @param stack the model's layers, or what stands for them
  LanguageModelRun(
      LanguageModel model, Layer stack, Engine engine, Bounds bounds) {
    this.model = model;
    kernels = engine.kernels();
    embeddingGradient = engine.split(16, this::embeddingGradient);
    time = bounds.time();
    batch = bounds.batch();
    int most = time * batch;
    layers = stack.run(engine, bounds.within());
    inputs = Rows.allocate(most, model.embedding().size());
    dx = inputs;
    loss = new SoftmaxCrossEntropy(engine, most, model.embedding().symbols());
    layers.load();
  }

  /// Takes over changed parameters.
  public void load() {
    caller.enter();
    try {
      layers.load();
    } finally {
      caller.leave();
    }
  }

  /// Sets all states to zero, as at the beginning of a text.
  public void reset() {
    caller.enter();
    try {
      for (var state : layers.states()) {
        var rows = state.rows();
        Arrays.fill(rows.array(), rows.offset(), rows.offset() + batch * rows.columns(), 0f);
      }
    } finally {
      caller.leave();
    }
  }

  /// The states before the next call, by name; each is `[B, size]` and may be written.
  public List<StateRows> states() {
    return layers.states();
  }

  /// The logits `[steps, B, V]` for what follows each symbol; carries the states on. Valid until the
  /// next call.
  ///
  /// @param symbols `[steps, B]`
  /// @throws IllegalArgumentException if a symbol is out of range, or there are more steps than the run is
  ///     bound to; nothing is read then
  public Rows logits(int[] symbols, int steps) {
    caller.enter();
    try {
      return read(symbols, steps);
    } finally {
      caller.leave();
    }
  }

  private Rows read(int[] symbols, int steps) {
    var logits = forward(symbols, Span.of(steps));
    layers.carry(steps);
    return logits;
  }

  /// The sum of `−log p` of the targets, in nats; carries the states on.
  ///
  /// @throws IllegalArgumentException if a symbol or target is out of range; nothing is read then
  public double evaluate(int[] symbols, int[] targets, int steps) {
    caller.enter();
    try {
      require(targets, steps);
      return loss.sum(read(symbols, steps), targets, steps * batch);
    } finally {
      caller.leave();
    }
  }

  /// One step of training, but for the update: adds the gradient of the mean loss to the parameters'
  /// gradients and carries the states on, through which no gradient flows (truncated back-propagation
  /// through time).
  ///
  /// @param targets `[steps, B]`, −1 where nothing is asked
  /// @param draw the number of the step, for which dropout masks are drawn
  /// @return the mean of `−log p` of the targets that are asked, in nats; 0 if there are none
  /// @throws IllegalArgumentException if a symbol or target is out of range; nothing is read then
  public double train(int[] symbols, int[] targets, int steps, long draw) {
    caller.enter();
    try {
      require(targets, steps);
      int n = steps * batch;
      var span = Span.of(steps, draw);
      double sum = loss.sum(forward(symbols, span), targets, n);
      this.symbols = symbols;
      dx = layers.backward(loss.gradient(), span);
      rows = n;
      embeddingGradient.run(dx.columns());
      layers.carry(steps);
      int asked = 0;
      for (int i = 0; i < n; i++) {
        asked += targets[i] < 0 ? 0 : 1;
      }
      return asked == 0 ? 0 : sum / asked;
    } finally {
      caller.leave();
    }
  }

  private void embeddingGradient(int from, int to) {
    model.embedding().backward(symbols, rows, dx, from, to, kernels);
  }

  private void require(int[] targets, int steps) {
    requireSteps(steps);
    SoftmaxCrossEntropy.require(targets, steps * batch, model.embedding().symbols());
  }

  private void requireSteps(int steps) {
    if (steps < 1 || steps > time) {
      throw new IllegalArgumentException(
          "%,d steps, expected 1 to %,d, which the run is bound to".formatted(steps, time));
    }
  }

  private Rows forward(int[] symbols, Span span) {
    requireSteps(span.steps());
    model.embedding().forward(symbols, span.steps() * batch, inputs);
    return layers.forward(inputs, span);
  }

  /// The bytes of memory that were planned.
  public long bytes() {
    return layers.bytes() + 4L * inputs.array().length + 4L * loss.gradient().array().length;
  }
}
