package dev.unroll.onnx.recurrent;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// RNN, GRU or LSTM: X, W, R, B, sequence_lens, initial_h, and for the LSTM initial_c and P give Y,
/// Y_h, and Y_c. `docs/onnx.md` says what ONNX leaves open.
///
/// Computed in float32, whatever the type of X. One caller at a time.
public final class RecurrentOperator implements Operator {
  private final RecurrentForm form;
  private final DirectionRun[] directions;
  private final boolean[] wanted;

  /// X, initial_h and initial_c have an axis of samples.
  private static final int[] FOLDED = {0, 5, 6};

  private RecurrentOperator(RecurrentForm form, NodeDef node, Setting setting) {
    this.form = form;
    directions = new DirectionRun[form.directions()];
    Arrays.setAll(directions,
        d -> new DirectionRun(OnnxCells.cell(form, d), setting.engine(), setting.weights()));
    wanted = new boolean[] {node.hasOutput(0), node.hasOutput(1), node.hasOutput(2)};
  }

  /// The operator RNN.
  public static Operator rnn(NodeDef node, Setting setting) {
    return of(RecurrentForm.Kind.RNN, node, setting);
  }

  /// The operator GRU.
  public static Operator gru(NodeDef node, Setting setting) {
    return of(RecurrentForm.Kind.GRU, node, setting);
  }

  /// The operator LSTM.
  public static Operator lstm(NodeDef node, Setting setting) {
    return of(RecurrentForm.Kind.LSTM, node, setting);
  }

  private static Operator of(RecurrentForm.Kind kind, NodeDef node, Setting setting) {
    if (setting.opset() < 7) {
      throw Refusal.of("%s of opset %d is not supported, 7 and later are; convert the model with"
          + " onnx.version_converter", kind, setting.opset());
    }
    return new RecurrentOperator(RecurrentForm.of(kind, node), node, setting);
  }

  /// The streams are more samples; weights and lengths are the same for all.
  @Override
  public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
    for (int i = 1; i < stacked.length; i++) {
      if (stacked[i] && i != 5 && i != 6) {
        return null;
      }
    }
    if (!stacked[0] || inputs.has(4) || inputs.get(0).axes() != 4) {
      return null;
    }
    int axis = form.batchFirst() ? 0 : 1;
    var folded = inputs.toArray();
    for (int i : FOLDED) {
      var input = inputs.orNull(i);
      if (input != null) {
        var all = stacked[i] ? input : StreamAxis.repeated(input, streams);
        folded[i] = StreamAxis.folded(all, axis);
      }
    }
    var outputs = run(new Inputs(folded));
    for (int i = 0; i < outputs.length; i++) {
      var output = outputs[i];
      if (output != null) {
        outputs[i] = StreamAxis.unfolded(output, form.batchFirst() ? 0 : i == 0 ? 2 : 1, streams);
      }
    }
    return new Streams(outputs, true);
  }

  @Override
  public @Nullable NdArray[] run(Inputs inputs) {
    var x = inputs.get(0);
    if (x.axes() != 3 || !x.type().isReal()) {
      throw Refusal.of("X is %s, expected real numbers of shape %s", x,
          form.batchFirst() ? "[B, T, F]" : "[T, B, F]");
    }
    int time = x.size(form.batchFirst() ? 1 : 0);
    int batch = x.size(form.batchFirst() ? 0 : 1);
    var sizes = RecurrentSizes.of(form, inputs, batch);
    int hidden = sizes.hidden();
    int count = form.directions();
    boolean lstm = form.kind() == RecurrentForm.Kind.LSTM;
    int states = lstm ? 2 : 1;
    NdArray.requireRoom(NdShape.elements(time, count, batch, hidden));
    var sequence = new Sequence(
        form.batchFirst() ? swapped(x.asFloats(), batch, time, sizes.inputs()) : x.asFloats(),
        time, batch, sizes.inputs(), RecurrentSizes.lengths(inputs.orNull(4), time, batch));
    var y = (float[]) NdArray.allocate(ElementType.FLOAT,
        wanted[0] ? time * count * batch * hidden : 0);
    var last = new float[states][count * batch * hidden];
    for (int d = 0; d < count; d++) {
      var initial = new float[states][];
      for (int s = 0; s < states; s++) {
        initial[s] = initial(inputs.orNull(5 + s), d, batch, hidden);
      }
      if (time == 0 || batch == 0) {
        for (int s = 0; s < states; s++) {
          put(last[s], initial[s], 0, d, batch, hidden);
        }
        continue;
      }
      boolean backward = form.reverse().get(d);
      var result = directions[d].run(sequence, backward, new GateWeights(form.kind(), inputs.get(1),
          inputs.get(2), inputs.orNull(3), form.peepholes() ? inputs.get(7) : null, d,
          sizes.inputs(), hidden), initial);
      if (wanted[0]) {
        var output = result.output();
        for (int step = 0; step < time; step++) {
          int t = backward ? time - 1 - step : step;
          for (int b = 0; b < batch; b++) {
            if (t < sequence.length(b)) {
              System.arraycopy(output.array(), output.offset() + (step * batch + b) * hidden, y,
                  (form.batchFirst() ? (b * time + t) * count + d : (t * count + d) * batch + b)
                      * hidden,
                  hidden);
            }
          }
        }
      }
      for (int s = 0; s < states; s++) {
        var rows = result.states()[s];
        put(last[s], rows.array(), rows.offset(), d, batch, hidden);
        restore(last[s], initial[s], sequence, d, hidden);
      }
    }
    var type = x.type();
    var outputs = new @Nullable NdArray[1 + states];
    var ofState = form.batchFirst() ? new int[] {batch, count, hidden}
        : new int[] {count, batch, hidden};
    if (wanted[0]) {
      outputs[0] = NdArray.real(type, form.batchFirst() ? new int[] {batch, time, count, hidden}
          : new int[] {time, count, batch, hidden}, y);
    }
    for (int s = 0; s < states; s++) {
      if (wanted[1 + s]) {
        outputs[1 + s] = NdArray.real(type, ofState, last[s]);
      }
    }
    return outputs;
  }

  /// A sequence without a step keeps its initial state, whatever it is.
  private void restore(float[] last, float[] initial, Sequence sequence, int d, int hidden) {
    for (int b = 0; b < sequence.batch(); b++) {
      if (sequence.length(b) == 0) {
        System.arraycopy(initial, b * hidden, last, at(d, b, sequence.batch()) * hidden, hidden);
      }
    }
  }

  private void put(float[] to, float[] from, int offset, int d, int batch, int hidden) {
    for (int b = 0; b < batch; b++) {
      System.arraycopy(from, offset + b * hidden, to, at(d, b, batch) * hidden, hidden);
    }
  }

  /// The row of a direction and a sample in a state.
  private int at(int d, int b, int batch) {
    return form.batchFirst() ? b * form.directions() + d : d * batch + b;
  }

  private float[] initial(@Nullable NdArray given, int d, int batch, int hidden) {
    var initial = new float[batch * hidden];
    if (given != null) {
      var from = given.asFloats();
      for (int b = 0; b < batch; b++) {
        System.arraycopy(from, at(d, b, batch) * hidden, initial, b * hidden, hidden);
      }
    }
    return initial;
  }

  private static float[] swapped(float[] x, int batch, int time, int inputs) {
    var swapped = new float[x.length];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        System.arraycopy(x, (b * time + t) * inputs, swapped, (t * batch + b) * inputs, inputs);
      }
    }
    return swapped;
  }
}
