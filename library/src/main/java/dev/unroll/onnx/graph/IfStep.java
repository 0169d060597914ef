package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.List;

/// Runs one of two graphs, which may give arrays of different shapes.
final class IfStep implements Step {
  private final NodeDef node;
  private final Slots slots;
  private final Frame frame;
  private final List<CompiledGraph> branches;
  private final OneByOne oneByOne;

  private IfStep(NodeDef node, Slots slots, Frame frame, List<CompiledGraph> branches) {
    this.node = node;
    this.slots = slots;
    this.frame = frame;
    this.branches = branches;
    oneByOne = new OneByOne(slots, frame, branches, this::runOne);
  }

  static Step of(NodeDef node, Slots slots, Frame frame, Bodies bodies) {
    return new IfStep(node, slots, frame,
        List.of(branch(node, "then_branch", bodies), branch(node, "else_branch", bodies)));
  }

  private static CompiledGraph branch(NodeDef node, String name, Bodies bodies) {
    var graph = bodies.of(name, false);
    if (graph.inputCount() > 0 || graph.outputCount() != node.outputs().size()) {
      throw Refusal.of("%s has %d inputs and %d outputs, expected none and %d", name,
          graph.inputCount(), graph.outputCount(), node.outputs().size());
    }
    return graph;
  }

  @Override
  public NodeDef node() {
    return node;
  }

  @Override
  public void run() {
    if (slots.isStacked(frame, 0)) {
      oneByOne.run();
    } else {
      runOne();
    }
  }

  private void runOne() {
    var condition = slots.input(frame, node, 0);
    if (condition == null) {
      throw new Refusal("input 0 is left out");
    }
    var branch = branches.get(condition.isTrue() ? 0 : 1);
    branch.run();
    for (int i = 0; i < branch.outputCount(); i++) {
      NdArray value = branch.output(i);
      slots.put(frame, i, value, branch.isStacked(i));
    }
  }
}
