package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs a graph once for each step of sequences, from first to last or from last to first, and
/// hands states from step to step. The axis of the steps is gone within the graph.
///
/// ```
/// inputs of node and graph:    states, sequences
/// outputs of node and graph:   states, what is collected
/// ```
final class ScanStep implements Step {
  private final NodeDef node;
  private final Slots slots;
  private final Frame frame;
  private final CompiledGraph body;
  private final int states;
  private final int sequences;
  private final List<Long> inputAxes;
  private final List<Long> inputDirections;
  private final List<Long> outputAxes;
  private final List<Long> outputDirections;

  private ScanStep(NodeDef node, Slots slots, Frame frame, CompiledGraph body) {
    this.node = node;
    this.slots = slots;
    this.frame = frame;
    this.body = body;
    long given = node.attributes().integer("num_scan_inputs", 0);
    int inputs = slots.inputs().length;
    if (node.attributes().has("directions") || body.inputCount() == inputs - 1) {
      throw new Refusal("Scan of opset 8 is not supported, 9 and later are; convert the model with"
          + " onnx.version_converter");
    }
    if (given < 1 || given > inputs || body.inputCount() != inputs
        || body.outputCount() < inputs - given
        || node.outputs().size() > body.outputCount()) {
      throw Refusal.of("num_scan_inputs is %d, and body has %d inputs and %d outputs, which do not"
          + " fit %d inputs and %d outputs of the node", given, body.inputCount(),
          body.outputCount(), inputs, node.outputs().size());
    }
    sequences = (int) given;
    states = inputs - sequences;
    int collected = body.outputCount() - states;
    inputAxes = numbers("scan_input_axes", sequences);
    inputDirections = numbers("scan_input_directions", sequences);
    outputAxes = numbers("scan_output_axes", collected);
    outputDirections = numbers("scan_output_directions", collected);
  }

  static Step of(NodeDef node, Slots slots, Frame frame, Bodies bodies) {
    return new ScanStep(node, slots, frame, bodies.of("body", true));
  }

  private List<Long> numbers(String name, int count) {
    var numbers = node.attributes().integers(name);
    if (numbers == null || numbers.isEmpty()) {
      var zeros = new Long[count];
      Arrays.fill(zeros, 0L);
      return List.of(zeros);
    }
    if (numbers.size() != count) {
      throw Refusal.of("%s is %s, expected %d numbers", name, numbers, count);
    }
    return numbers;
  }

  @Override
  public NodeDef node() {
    return node;
  }

  @Override
  public void run() {
    int steps = -1;
    var read = new Sequence[sequences];
    for (int i = 0; i < sequences; i++) {
      var array = slots.input(frame, node, states + i);
      if (array == null) {
        throw Refusal.of("input %d is left out", states + i);
      }
      read[i] = Sequence.of(array, slots.isStacked(frame, states + i), inputAxes.get(i),
          inputDirections.get(i) != 0);
      if (steps >= 0 && read[i].steps != steps) {
        throw Refusal.of("input %d is %s, with %d steps along axis %d; the sequences before it have"
            + " %d", states + i, array, read[i].steps, inputAxes.get(i), steps);
      }
      steps = read[i].steps;
    }
    var values = new @Nullable NdArray[states];
    var stacked = new boolean[states];
    for (int i = 0; i < states; i++) {
      values[i] = slots.input(frame, node, i);
      stacked[i] = slots.isStacked(frame, i);
      if (values[i] == null) {
        throw Refusal.of("state %d is left out", i);
      }
    }
    var collected = new ArrayList<Rounds>();
    for (int i = states; i < body.outputCount(); i++) {
      collected.add(new Rounds(body.definition().outputs().get(i), outputAxes.get(i - states),
          outputDirections.get(i - states) != 0));
    }
    long before = frame.numbers();
    for (int t = 0; t < steps; t++) {
      frame.countRound();
      frame.numbers(before + LoopStep.numbers(values, collected));
      for (int i = 0; i < states; i++) {
        body.set(i, values[i], stacked[i]);
      }
      for (int i = 0; i < sequences; i++) {
        body.set(states + i, read[i].step(t), read[i].first == 1);
      }
      body.run();
      for (int i = 0; i < states; i++) {
        values[i] = body.output(i);
        stacked[i] = body.isStacked(i);
      }
      for (int i = 0; i < collected.size(); i++) {
        collected.get(i).add(body.output(states + i), body.isStacked(states + i));
      }
    }
    frame.numbers(before);
    for (int i = 0; i < states; i++) {
      slots.put(frame, i, Objects.requireNonNull(values[i]), stacked[i]);
    }
    for (int i = 0; i < collected.size(); i++) {
      slots.put(frame, states + i, collected.get(i).joined(frame.streams()),
          collected.get(i).areStacked());
    }
  }

  /// An array, cut along an axis.
  ///
  /// @param first 1 if there is an axis of streams in front
  private record Sequence(NdArray array, int first, int along, int steps, boolean backward,
      int outer, int... shape) {

    static Sequence of(NdArray array, boolean isStacked, long axis, boolean backward) {
      int first = isStacked ? 1 : 0;
      int along = first + NdShape.axis(axis, array.axes() - first);
      var shape = new int[array.axes() - 1];
      System.arraycopy(array.shape(), 0, shape, 0, along);
      System.arraycopy(array.shape(), along + 1, shape, along, shape.length - along);
      return new Sequence(array, first, along, array.size(along), backward,
          NdShape.elements(Arrays.copyOf(shape, along)), shape);
    }

    NdArray step(int round) {
      int t = backward ? steps - 1 - round : round;
      int length = NdShape.elements(shape);
      int part = outer == 0 ? 0 : length / outer;
      var to = NdArray.allocate(array.type(), length);
      for (int o = 0; o < outer; o++) {
        System.arraycopy(array.elements(), (o * steps + t) * part, to, o * part, part);
      }
      return NdArray.of(array.type(), shape, to);
    }
  }
}
