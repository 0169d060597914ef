package dev.unroll.server.batch;

import dev.unroll.onnx.OnnxStepper;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.stream.KeyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntConsumer;

/// Steps the sequences of all requests that wait in one call of an ONNX model, as far as their
/// inputs have the same sizes. Each gets the same bits as if it were stepped alone.
public final class OnnxStepBatcher extends SequenceCalls<OnnxStepCall> {
  private final OnnxStepper stepper;
  private final IntConsumer stepped;

  /// @param stepper that nobody else uses
  /// @param capacity the most sequences that are stepped in a call
  /// @param wait how long a call waits for more, at most
  /// @param stepped is told how many were stepped in a call
  public OnnxStepBatcher(OnnxStepper stepper, int capacity, Duration wait, IntConsumer stepped) {
    super(capacity, wait);
    this.stepper = stepper;
    this.stepped = stepped;
  }

  /// Makes a step, together with those of others.
  ///
  /// @throws IllegalArgumentException if the inputs are not those of the model; no state has
  ///     changed then
  public void step(OnnxStepCall call) {
    await(call);
  }

  @Override
  void step(List<OnnxStepCall> together) {
    var groups = new LinkedHashMap<String, List<OnnxStepCall>>();
    together.forEach(
        call -> groups.computeIfAbsent(call.form(), _ -> new ArrayList<>()).add(call));
    for (var group : groups.values()) {
      try {
        run(group);
      } catch (RuntimeException e) {
        if (group.size() == 1) {
          group.getFirst().refuse(e);
        } else {
          group.forEach(this::alone);
        }
      }
    }
  }

  /// One of a group may be what made it fail.
  private void alone(OnnxStepCall call) {
    try {
      run(List.of(call));
    } catch (RuntimeException e) {
      call.refuse(e);
    }
  }

  private void run(List<OnnxStepCall> group) {
    int n = group.stream().mapToInt(OnnxStepCall::size).sum();
    var states = new float[n][];
    int at = 0;
    for (var call : group) {
      for (int i = 0; i < call.size(); i++) {
        states[at++] = call.state(i).values().clone();
      }
    }
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    for (var name : group.getFirst().inputs().keySet()) {
      inputs.put(name, group.size() == 1 ? group.getFirst().inputs().get(name)
          : OnnxTensor.concatenated(0,
              group.stream().map(call -> call.inputs().get(name)).toList()));
    }
    var outputs = stepper.step(n, states, inputs);
    stepped.accept(n);
    at = 0;
    for (var call : group) {
      call.take(outputs, at);
      for (int i = 0; i < call.size(); i++) {
        var before = call.state(i);
        call.state(i, KeyState.of(stepper.layout(), System.currentTimeMillis(),
            before.events() + 1, states[at++]));
      }
      call.succeed();
    }
  }
}
