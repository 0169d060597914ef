package dev.unroll.examples.quickstart;

import dev.unroll.layer.stepping.KeyFormat;
import dev.unroll.model.SequenceToVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A stream of events, each with a key: the states are values, which can be stored.
final class StatePerKey {
  static float[] score(SequenceToVector model, Path snapshot) throws IOException {
    var stepper = model.stepper();
    var states = stepper.<String>newStates();
    var one = stepper.step(states, "alice", 0.5f, 0.25f); // features of one event
    IO.println("alice: class 0 by %.1f %%".formatted(100 * stepper.probabilities(one)[0]));

    var answers = new float[2 * stepper.outputs()];
    var events = new float[] {0.5f, 0.25f, -1, 2}; // an event for each, without allocating
    stepper.step(states, List.of("alice", "bob"), events, answers);
    Files.write(snapshot, states.toBytes(KeyFormat.STRING));
    return answers;
  }
}
