package dev.unroll.model.decoding;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.LayerRun.StateRows;
import dev.unroll.layer.run.Span;
import dev.unroll.model.part.ColumnCopy;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The initial states of a decoder, `s_0 = tanh(W c + b)` or those of its layers (zero, or what the
/// cell says, or learned values), and the stand-in for the output before the first step: the state
/// that is the output, if there is one, else zero.
final class DecoderStart {
  private static final Span ONCE = Span.of(1);

  private final @Nullable LayerRun layer;
  private final Decoder decoder;
  private final int batch;
  private final Rows gradient;

  DecoderStart(Decoder decoder, Engine engine, int batch, boolean training) {
    this.decoder = decoder;
    this.batch = batch;
    var initial = decoder.initial();
    layer = initial == null ? null : initial.run(engine, Bounds.of(1, batch, training).within());
    gradient = Rows.allocate(training && initial != null ? batch : 0,
        Math.max(1, decoder.trunk().stateSize()));
  }

  void load() {
    if (layer != null) {
      layer.load();
    }
  }

  /// Writes the states if the vector starts them; else they keep the layers' initial values.
  ///
  /// @param vector `[B, C]`; must not change until [#backward]
  void forward(Rows vector, List<StateRows> states) {
    if (layer != null) {
      Leftovers.spoil(gradient);
      var values = layer.forward(vector, ONCE);
      int column = 0;
      for (var state : states) {
        if (decoder.trunk().isStated(state.name())) {
          continue;
        }
        int n = state.rows().columns();
        ColumnCopy.copy(values, column, state.rows(), 0, n, 0, batch);
        column += n;
      }
    }
  }

  /// The state that is the decoder's output, if there is one.
  @Nullable
  StateRows output(List<StateRows> states) {
    var output = decoder.trunk().learned().getLast().cell().output();
    for (var state : states.reversed()) {
      if ((state.name() + "'").endsWith("." + output)
          && state.rows().columns() == decoder.trunk().layer().outputSize()) {
        return state;
      }
    }
    return null;
  }

  /// Adds the gradient of the result of [#output] to that of its state; call it before [#backward].
  ///
  /// @param dOutput `[B, H]`
  void addOutputGradient(Rows dOutput, List<StateRows> gradients) {
    var state = output(gradients);
    if (state != null) {
      ColumnCopy.add(dOutput, 0, state.rows(), 0, dOutput.columns(), 0, batch);
      decoder.trunk().addStartGradient(state.name(), dOutput, batch);
    }
  }

  /// Adds the gradient of the vector, from those of the states.
  void backward(List<StateRows> gradients, Rows dVector) {
    if (layer != null) {
      int column = 0;
      for (var state : gradients) {
        if (decoder.trunk().isStated(state.name())) {
          continue;
        }
        int n = state.rows().columns();
        ColumnCopy.copy(state.rows(), 0, gradient, column, n, 0, batch);
        column += n;
      }
      var d = requireNonNull(layer).backward(gradient, ONCE);
      ColumnCopy.add(d, 0, dVector, 0, decoder.vectorSize(), 0, batch);
    }
  }

  long bytes() {
    return 4L * gradient.array().length + (layer == null ? 0 : layer.bytes());
  }
}
