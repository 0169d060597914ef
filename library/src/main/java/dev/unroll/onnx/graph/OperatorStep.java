package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.operator.Operator;
import dev.unroll.onnx.proto.NodeDef;
import org.jspecify.annotations.Nullable;

/// A node with an operator. It is run only if an input is another array than in the last run:
/// arrays do not change.
final class OperatorStep implements Step {
  private final NodeDef node;
  private final Slots slots;
  private final Frame frame;
  private final Operator operator;
  private final boolean fixed;
  private final @Nullable NdArray[] values;
  private final boolean[] stacked;
  private final Operator.Inputs inputs;
  private boolean done;
  private long mode;

  /// Of the outputs of the last run.
  private long numbers;

  /// @param fixed whether all inputs are constants
  OperatorStep(NodeDef node, Slots slots, Frame frame, Operator operator, boolean fixed) {
    this.node = node;
    this.slots = slots;
    this.frame = frame;
    this.operator = operator;
    this.fixed = fixed;
    values = new NdArray[slots.inputs().length];
    stacked = new boolean[values.length];
    inputs = new Operator.Inputs(values);
  }

  @Override
  public NodeDef node() {
    return node;
  }

  @Override
  public boolean isFixed() {
    return fixed;
  }

  @Override
  public void run() {
    if (done && (fixed || mode == frame.mode() && isSame())) {
      frame.count(numbers);
      return;
    }
    done = false;
    boolean any = false;
    for (int i = 0; i < values.length; i++) {
      values[i] = slots.input(frame, node, i);
      stacked[i] = slots.isStacked(frame, i);
      any |= stacked[i];
    }
    if (any) {
      var streams = operator.runStreams(inputs, stacked, frame.streams());
      put(streams == null ? oneByOne() : streams.outputs(),
          streams == null || streams.areStacked());
    } else {
      put(operator.run(inputs), false);
    }
    mode = frame.mode();
    done = true;
  }

  private boolean isSame() {
    for (int i = 0; i < values.length; i++) {
      int slot = slots.inputs()[i];
      if (slot >= 0 && (frame.get(slot) != values[i] || frame.isStacked(slot) != stacked[i])) {
        return false;
      }
    }
    return true;
  }

  private void put(@Nullable NdArray[] outputs, boolean areStacked) {
    numbers = 0;
    for (int i = 0; i < slots.outputs().length; i++) {
      var output = i < outputs.length ? outputs[i] : null;
      slots.put(frame, i, output, areStacked);
      numbers += output == null ? 0 : output.length();
    }
  }

  private @Nullable NdArray[] oneByOne() {
    var stacks = new Stacks(slots.outputs().length, frame.streams());
    var own = new @Nullable NdArray[values.length];
    var each = new Operator.Inputs(own);
    for (int s = 0; s < frame.streams(); s++) {
      for (int i = 0; i < own.length; i++) {
        var value = values[i];
        own[i] = value != null && stacked[i] ? Stacks.entry(value, s) : value;
      }
      stacks.add(s, operator.run(each));
    }
    return stacks.arrays();
  }
}
