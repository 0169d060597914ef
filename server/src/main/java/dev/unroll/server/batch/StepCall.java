package dev.unroll.server.batch;

import dev.unroll.server.sequence.LiveSequence;
import java.util.List;

/// Steps of some sequences, each a row of numbers that becomes another one.
public final class StepCall extends SequenceCall {
  private final int steps;
  private final float[] x;
  private final int features;
  private final float[] y;
  private final int outputs;
  private final long[] times;

  /// The step that is next.
  private int step;

  /// The sequence whose features are read.
  private int reading;

  /// @param sequences n different ones
  /// @param steps T
  /// @param x `[n, T, features]`
  /// @param outputs the numbers that a step gives
  /// @param times of the steps in milliseconds, `[n, T]`, or one time of all
  /// @param client who waits for it
  public StepCall(List<LiveSequence> sequences, int steps, float[] x, int features, int outputs,
      long[] times, Client client) {
    super(sequences, client);
    this.steps = steps;
    this.x = x;
    this.features = features;
    this.outputs = outputs;
    this.times = times;
    y = new float[Math.multiplyExact(sequences.size() * steps, outputs)];
  }

  /// The answer, `[n, T, outputs]`.
  public float[] y() {
    return y;
  }

  /// The time of the next step of a sequence.
  long time(int sequence) {
    return times.length == 1 ? times[0] : times[sequence * steps + step];
  }

  /// Whether a step was made, others are left, and nobody waits for them any longer. A call of one
  /// step does not ask.
  boolean isAbandoned() {
    return step > 0 && client().hasLeft();
  }

  StepCall reading(int sequence) {
    reading = sequence;
    return this;
  }

  /// A feature of the next step of the sequence that is read.
  float feature(int i) {
    return x[(reading * steps + step) * features + i];
  }

  /// Where the answer to the next step of a sequence begins.
  int place(int sequence) {
    return (sequence * steps + step) * outputs;
  }

  /// Counts a step.
  void stepped() {
    if (++step == steps) {
      succeed();
    }
  }

  @Override
  public String toString() {
    return "%d of %d steps of %d sequences".formatted(step, steps, size());
  }
}
