package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import org.jspecify.annotations.Nullable;

/// A node with what runs it.
interface Step {

  /// The node.
  NodeDef node();

  /// Whether its outputs never change, so that it needs to run only once.
  default boolean isFixed() {
    return false;
  }

  /// Reads its inputs from the frame and puts its outputs there.
  void run();

  /// The slots of inputs and outputs; −1 for those that are left out.
  @SuppressWarnings("ArrayRecordComponent")
  record Slots(int[] inputs, int[] outputs) {

    /// The value of an input; null if it is left out.
    @Nullable
    NdArray input(Frame frame, NodeDef node, int i) {
      if (i >= inputs.length || inputs[i] < 0) {
        return null;
      }
      var value = frame.get(inputs[i]);
      if (value == null) {
        throw Refusal.of("\"%s\" has no value: the node that defines it has fewer outputs",
            node.inputs().get(i));
      }
      return value;
    }

    boolean isStacked(Frame frame, int i) {
      return i < inputs.length && inputs[i] >= 0 && frame.isStacked(inputs[i]);
    }

    /// Puts a value that was made, and counts it.
    void put(Frame frame, int i, @Nullable NdArray value, boolean isStacked) {
      if (i < outputs.length && outputs[i] >= 0) {
        if (value != null) {
          frame.count(value.length());
        }
        frame.put(outputs[i], value, isStacked);
      }
    }
  }

  /// Makes the step of an operator that has graphs within.
  @FunctionalInterface
  interface Control {
    /// The step of a node.
    Step of(NodeDef node, Slots slots, Frame frame, Bodies bodies);
  }

  /// Compiles the graphs of a node.
  @FunctionalInterface
  interface Bodies {
    /// The graph of an attribute.
    ///
    /// @param repeats whether it runs again and again within one run of the model
    CompiledGraph of(String attribute, boolean repeats);
  }
}
