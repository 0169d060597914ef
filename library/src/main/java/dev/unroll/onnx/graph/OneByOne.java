package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A step whose graphs have to be run stream by stream: whatever they read is replaced by what it
/// is for one stream after another, and their outputs are stacked.
final class OneByOne {
  private final Step.Slots slots;
  private final Frame frame;
  private final List<CompiledGraph> bodies;
  private final Runnable step;

  /// @param step runs the node for one stream
  OneByOne(Step.Slots slots, Frame frame, List<CompiledGraph> bodies, Runnable step) {
    this.slots = slots;
    this.frame = frame;
    this.bodies = bodies;
    this.step = step;
  }

  /// Whether anything that is read is stacked.
  boolean isNeeded() {
    return frame.streams() > 0 && read().stream().anyMatch(frame::isStacked);
  }

  private Set<Integer> read() {
    var read = new LinkedHashSet<Integer>();
    for (int slot : slots.inputs()) {
      if (slot >= 0) {
        read.add(slot);
      }
    }
    bodies.forEach(body -> read.addAll(body.outer()));
    return read;
  }

  void run() {
    int streams = frame.streams();
    var stacked = read().stream().filter(frame::isStacked).toList();
    var whole = stacked.stream().map(frame::get).toList();
    var stacks = new Stacks(slots.outputs().length, streams);
    frame.begin(0);
    long before = frame.numbers();
    for (int s = 0; s < streams; s++) {
      frame.numbers(before);
      for (int i = 0; i < whole.size(); i++) {
        frame.put(stacked.get(i), Stacks.entry(whole.get(i), s), false);
      }
      step.run();
      var outputs = new @Nullable NdArray[slots.outputs().length];
      for (int i = 0; i < outputs.length; i++) {
        int slot = slots.outputs()[i];
        outputs[i] = slot < 0 ? null : frame.get(slot);
      }
      stacks.add(s, outputs);
    }
    frame.begin(streams);
    for (int i = 0; i < whole.size(); i++) {
      frame.put(stacked.get(i), whole.get(i), true);
    }
    frame.numbers(before);
    var all = stacks.arrays();
    for (int i = 0; i < all.length; i++) {
      slots.put(frame, i, all[i], all[i] != null);
    }
  }
}
