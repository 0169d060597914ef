package dev.unroll.stream;

import dev.unroll.layer.stepping.State;
import dev.unroll.series.TimeStep;
import dev.unroll.task.detect.Detector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A detector: how far the value of a key is from what was expected.
record DetectorScored(Detector detector, State.Layout layout) implements Scored {

  static DetectorScored of(Detector detector) {
    return new DetectorScored(detector, detector.watches(1).layout());
  }

  @Override
  public float[] initial() {
    return new float[layout.size()];
  }

  @Override
  public List<String> features() {
    return List.of(detector.target());
  }

  @Override
  public boolean readsMissing() {
    return true;
  }

  @Override
  public List<String> outputs() {
    return List.of("expected", "distance", "likelihood", StreamModel.ALARM);
  }

  @Override
  public Scorer scorer(int batch) {
    var watches = detector.watches(batch);
    boolean timed = detector.step().unit() != TimeStep.Unit.STEP;
    var values = new double[batch];
    var memories = new float[batch][];
    return new Scorer() {
      @Override
      public @Nullable String refusal(float[] x, long time, KeyState state) {
        return timed ? watches.refusal(time, state.values()) : null;
      }

      @Override
      public void score(int n, float[] x, long[] times, KeyState[] states, float[] y) {
        for (int i = 0; i < n; i++) {
          values[i] = x[i];
          memories[i] = states[i].values();
        }
        watches.next(n, values, timed ? times : null, memories);
        for (int i = 0; i < n; i++) {
          y[4 * i] = (float) watches.expected(i);
          y[4 * i + 1] = (float) watches.distance(i);
          y[4 * i + 2] = (float) watches.likelihood(i);
          y[4 * i + 3] = watches.alarm(i) ? 1 : 0;
        }
      }
    };
  }
}
