package dev.unroll.task.detect;

import dev.unroll.Engine;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Views;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.SequenceToVector;
import dev.unroll.score.NormalTail;
import dev.unroll.series.TimeStep;
import java.time.LocalDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Watches a series for anomalies, one value at a time: [Detector#watch]. It remembers the last
/// values, pending forecasts and the last errors, in constant memory. One caller at a time.
public final class Watch {
  private final DetectorTask task;
  private final ModelRun run;
  private final Batches batches;
  private final Surprise surprise;

  /// The last L values, scaled, as a ring.
  private final float[] values;

  /// Forecasts that are due in 1 … d steps, as a ring.
  private final double[] due;
  private int steps;
  private @Nullable LocalDateTime first;
  private @Nullable LocalDateTime last;

  /// The step of the last time, counted from the first one.
  private long position;

  /// What is needed to take the last step back.
  private @Nullable Judgement judged;
  private float replacedValue;
  private double replacedForecast;
  private boolean remembered;

  Watch(SequenceToVector model, DetectorTask task) {
    this.task = task;
    values = new float[task.lookBack()];
    due = new double[task.lead()];
    surprise = new Surprise(task.memory());
    var window = new Window();
    run = model.run(Engine.of(1), new ModelBounds(window.steps(), 1, 1, false));
    batches = Batches.inOrder(window, 1);
  }

  /// Processes the value of the next step.
  ///
  /// @param value NaN if it is missing
  /// @throws DataException if it is infinite
  public Judgement next(double value) {
    if (Double.isInfinite(value)) {
      throw new DataException("the value is %s, expected a finite number or NaN".formatted(value));
    }
    boolean missing = Double.isNaN(value);
    int slot = steps % due.length;
    boolean forecast = steps >= task.lookBack() + task.lead() - 1;
    double expected = due[slot];
    float scaled = missing ? values[Math.floorMod(steps - 1, values.length)]
        : task.scale().apply(value);
    remembered = !missing && forecast;
    double distance = remembered ? surprise.of(scaled - expected) : Double.NaN;
    replacedValue = values[steps % values.length];
    replacedForecast = expected;
    values[steps % values.length] = scaled;
    steps++;
    if (steps >= task.lookBack()) {
      var outputs = run.predict(batches.batch(0, 0));
      due[(steps - 1) % due.length] = outputs.array()[outputs.offset() + task.lead() - 1];
    }
    judged = new Judgement(value, forecast ? task.scale().invert(expected) : Double.NaN, distance,
        Double.isNaN(distance) ? Double.NaN : 1 - NormalTail.twoSided(distance),
        distance > task.threshold());
    return judged;
  }

  /// Takes the last step back.
  private void undo() {
    steps--;
    values[steps % values.length] = replacedValue;
    due[steps % due.length] = replacedForecast;
    if (remembered) {
      surprise.undo();
    }
  }

  /// Processes a value at a time, at the step that is nearest to it, counted from the first time.
  /// As in a file, steps that were skipped count as missing, and of several values at a step the
  /// last that is not missing counts: it replaces those before it, and its verdict theirs.
  ///
  /// @throws DataException if the time is before the last one
  public Judgement next(LocalDateTime time, double value) {
    var before = last;
    if (before != null && time.isBefore(before)) {
      throw new DataException(
          ("the time %s is before the last one, %s; bring values in the order of time, in UTC "
              + "where "
              + "summer time ends").formatted(time, before));
    }
    last = time;
    var from = first;
    if (from == null || task.step().unit() == TimeStep.Unit.STEP) {
      first = time;
      return next(value);
    }
    long at = task.step().stepsBetween(from, time);
    var known = judged;
    if (at <= position && known != null) {
      if (Double.isNaN(value)) {
        return known;
      }
      undo();
      return next(value);
    }
    // Nothing is remembered for longer than that.
    long most = task.lookBack() + (long) task.lead();
    long left = Math.min(at - position - 1, most);
    for (long i = 0; i < left; i++) {
      next(Double.NaN);
    }
    position = at;
    return next(value);
  }

  /// Resets the watch: forgets all values.
  public void clear() {
    Arrays.fill(values, 0);
    Arrays.fill(due, 0);
    surprise.clear();
    steps = 0;
    position = 0;
    first = null;
    last = null;
    judged = null;
  }

  /// The last L values in the form that the network reads.
  private final class Window implements Views {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public int steps() {
      return task.lookBack() / task.segment();
    }

    @Override
    public int features() {
      return task.segment();
    }

    @Override
    public int targets() {
      return task.lead();
    }

    @Override
    public void input(int view, float[] to, int at, int stride) {
      for (int i = 0; i < values.length; i++) {
        int segment = i / task.segment();
        to[at + segment * stride + i % task.segment()] = values[(steps + i) % values.length];
      }
    }

    @Override
    public void target(int view, float[] to, int at) {
      Arrays.fill(to, at, at + task.lead(), Float.NaN);
    }
  }
}
