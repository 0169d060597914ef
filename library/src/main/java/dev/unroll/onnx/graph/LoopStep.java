package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a graph again and again: as often as a number says, and while a condition holds, each of
/// which may be left out.
///
/// ```
/// inputs of the node:    number of rounds, condition, states
/// inputs of the graph:   number of this round, condition, states
/// outputs of the graph:  condition, states, what is collected
/// outputs of the node:   states, what was collected, one more axis in front
/// ```
final class LoopStep implements Step {
  private final NodeDef node;
  private final Slots slots;
  private final Frame frame;
  private final CompiledGraph body;
  private final int states;
  private final OneByOne oneByOne;

  private LoopStep(NodeDef node, Slots slots, Frame frame, CompiledGraph body) {
    this.node = node;
    this.slots = slots;
    this.frame = frame;
    this.body = body;
    states = Math.max(0, slots.inputs().length - 2);
    if (body.inputCount() != states + 2 || body.outputCount() < states + 1
        || node.outputs().size() > body.outputCount() - 1) {
      throw Refusal.of("body has %d inputs and %d outputs, expected %d inputs and at least %d"
          + " outputs for %d states and %d outputs of the node", body.inputCount(),
          body.outputCount(), states + 2, Math.max(states, node.outputs().size()) + 1, states,
          node.outputs().size());
    }
    oneByOne = new OneByOne(slots, frame, List.of(body), this::runOne);
  }

  static Step of(NodeDef node, Slots slots, Frame frame, Bodies bodies) {
    return new LoopStep(node, slots, frame, bodies.of("body", true));
  }

  @Override
  public NodeDef node() {
    return node;
  }

  @Override
  public void run() {
    boolean together = !slots.isStacked(frame, 0) && !slots.isStacked(frame, 1);
    if (!together || !rounds()) {
      oneByOne.run();
    }
  }

  private void runOne() {
    if (!rounds()) {
      throw new IllegalStateException("one stream cannot disagree with itself");
    }
  }

  /// Runs all rounds; false if streams disagree on whether to go on.
  private boolean rounds() {
    var most = slots.input(frame, node, 0);
    var condition = slots.input(frame, node, 1);
    long count = most == null ? Long.MAX_VALUE : most.integer();
    boolean goesOn = condition == null || condition.isTrue();
    var collected = new ArrayList<Rounds>();
    for (int i = 1 + states; i < body.outputCount(); i++) {
      collected.add(new Rounds(body.definition().outputs().get(i), 0, false));
    }
    var values = new NdArray[states];
    var stacked = new boolean[states];
    for (int i = 0; i < states; i++) {
      var state = slots.input(frame, node, 2 + i);
      if (state == null) {
        throw Refusal.of("state %d is left out", i);
      }
      values[i] = state;
      stacked[i] = slots.isStacked(frame, 2 + i);
    }
    long before = frame.numbers();
    for (long round = 0; round < count && goesOn; round++) {
      frame.countRound();
      frame.numbers(before + numbers(values, collected));
      body.set(0, NdArray.vector(round).reshaped(), false);
      body.set(1, NdArray.of(ElementType.BOOL, new int[0], new long[] {1}), false);
      for (int i = 0; i < states; i++) {
        body.set(2 + i, values[i], stacked[i]);
      }
      body.run();
      for (int i = 0; i < states; i++) {
        values[i] = body.output(1 + i);
        stacked[i] = body.isStacked(1 + i);
      }
      for (int i = 0; i < collected.size(); i++) {
        collected.get(i).add(body.output(1 + states + i), body.isStacked(1 + states + i));
      }
      // Without a condition, what the body says of it does not count.
      if (condition != null) {
        var said = body.output(0);
        if (body.isStacked(0)) {
          if (!agree(said)) {
            return false;
          }
          said = Stacks.entry(said, 0);
        }
        goesOn = said.isTrue();
      }
    }
    frame.numbers(before);
    for (int i = 0; i < states; i++) {
      slots.put(frame, i, values[i], stacked[i]);
    }
    for (int i = 0; i < collected.size(); i++) {
      slots.put(frame, states + i, collected.get(i).joined(frame.streams()),
          collected.get(i).areStacked());
    }
    return true;
  }

  /// The numbers of what is kept from round to round.
  static long numbers(@Nullable NdArray[] values, List<Rounds> collected) {
    long numbers = 0;
    for (var value : values) {
      numbers += value == null ? 0 : value.length();
    }
    for (var rounds : collected) {
      numbers += rounds.numbers();
    }
    return numbers;
  }

  private static boolean agree(NdArray conditions) {
    for (int i = 1; i < conditions.length(); i++) {
      if (conditions.number(i) != 0 != (conditions.number(0) != 0)) {
        return false;
      }
    }
    return true;
  }
}
