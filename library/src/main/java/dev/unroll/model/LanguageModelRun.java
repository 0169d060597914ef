package dev.unroll.model;

import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Split;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.Layer;
import dev.unroll.layer.LayerRun;
import dev.unroll.layer.LayerRun.StateRows;
import dev.unroll.layer.Span;
import dev.unroll.tensor.Leftovers;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;

/// A language model bound to up to T steps of B sequences. The states are carried from call to call
/// until [#reset]. Not thread-safe: one caller at a time.
public final class LanguageModelRun {
  private final LanguageModel model;
  private final Kernels kernels;
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
    batch = bounds.batch();
    int most = bounds.time() * batch;
    layers = stack.run(engine, bounds);
    inputs = Rows.allocate(most, model.embedding().size());
    dx = inputs;
    loss = new SoftmaxCrossEntropy(engine, most, model.embedding().symbols());
    load();
  }

  /// Takes over changed parameters.
  public void load() {
    layers.load();
  }

  /// Sets all states to zero, as at the beginning of a text.
  public void reset() {
    for (var state : layers.states()) {
      var rows = state.rows();
      Arrays.fill(rows.array(), rows.offset(), rows.offset() + batch * rows.columns(), 0f);
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
  public Rows logits(int[] symbols, int steps) {
    var logits = forward(symbols, Span.of(steps));
    layers.carry(steps);
    return logits;
  }

  /// The sum of `−log p` of the targets, in nats; carries the states on.
  public double evaluate(int[] symbols, int[] targets, int steps) {
    return loss.sum(logits(symbols, steps), targets, steps * batch);
  }

  /// One step of training, but for the update: adds the gradient of the mean loss to the parameters'
  /// gradients and carries the states on, through which no gradient flows (truncated back-propagation
  /// through time).
  ///
  /// @param targets `[steps, B]`, −1 where nothing is asked
  /// @param draw the number of the step, for which dropout masks are drawn
  /// @return the mean of `−log p` of the targets that are asked, in nats; 0 if there are none
  public double train(int[] symbols, int[] targets, int steps, long draw) {
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
  }

  private void embeddingGradient(int from, int to) {
    model.embedding().backward(symbols, rows, dx, from, to, kernels);
  }

  private Rows forward(int[] symbols, Span span) {
    Leftovers.spoil(inputs);
    model.embedding().forward(symbols, span.steps() * batch, inputs);
    return layers.forward(inputs, span);
  }

  /// The bytes of memory that were planned.
  public long bytes() {
    return layers.bytes() + 4L * inputs.array().length + 4L * loss.gradient().array().length;
  }
}
