package dev.unroll.task.detect;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.State;
import dev.unroll.model.SequenceToVector;
import dev.unroll.score.NormalTail;
import dev.unroll.series.TimeStep;
import dev.unroll.tensor.guard.OneCaller;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// Watches many series side by side, such as those of devices: what is remembered of each lies in
/// an array of the caller, and one call judges a value of each. A [Watch] is the same for one
/// series.
///
/// Series do not influence each other: each gets the same bits as alone. One caller at a time.
public final class Watches {
  private final OneCaller caller =
      new OneCaller("Watches", "give each thread watches of its own; they may share the detector");
  private final DetectorTask task;
  private final WatchMemory form;
  private final State.Layout layout;
  private final NextForecasts forecasts;
  private final Surprise surprise = new Surprise();
  private final double[] observed;
  private final double[] expected;
  private final double[] distance;
  private final long[] skipped;
  private final int[] which;

  /// @param batch the most series of a call
  Watches(SequenceToVector model, DetectorTask task, int batch) {
    this.task = task;
    form = WatchMemory.of(task);
    layout = form.layout("detector %s %d ".formatted(task.step(), task.segment()));
    forecasts = new NextForecasts(model, task, batch);
    observed = new double[batch];
    expected = new double[batch];
    distance = new double[batch];
    skipped = new long[batch];
    which = new int[batch];
  }

  /// What is remembered of a series: `layout().size()` floats, zeros in the beginning.
  public State.Layout layout() {
    return layout;
  }

  /// Why a time cannot come next, in one sentence; null if it can.
  ///
  /// @param time in milliseconds since 1970, UTC
  public @Nullable String refusal(long time, float[] memory) {
    if (form.is(memory, WatchMemory.STARTED)) {
      long last = form.number(memory, WatchMemory.LAST);
      if (time < last) {
        return "the time %s is before the last one, %s; bring values in the order of time, in UTC "
            .formatted(utc(time), utc(last)) + "where summer time ends";
      }
    }
    return null;
  }

  /// Processes a value of each of n series at a time, at the step that is nearest to it, counted
  /// from the first time, as [Watch#next(LocalDateTime, double)].
  ///
  /// @param values NaN where one is missing
  /// @param times in milliseconds since 1970, UTC; null if each is the next step
  /// @param memories n different arrays
  /// @throws DataException if a value is infinite, or a time before the last one; nothing changes
  ///     then
  public void next(int n, double[] values, long @Nullable [] times, float[][] memories) {
    caller.enter();
    try {
      for (int i = 0; i < n; i++) {
        if (Double.isInfinite(values[i])) {
          throw new DataException(
              "the value is %s, expected a finite number or NaN".formatted(values[i]));
        }
        var why = times == null ? null : refusal(times[i], memories[i]);
        if (why != null) {
          throw new DataException(why);
        }
      }
      judge(n, values, times, memories);
    } finally {
      caller.leave();
    }
  }

  private void judge(int n, double[] values, long @Nullable [] times, float[][] memories) {
    long most = 0;
    for (int i = 0; i < n; i++) {
      skipped[i] = times == null ? 0 : place(times[i], values[i], memories[i]);
      most = Math.max(most, skipped[i]);
    }
    for (long s = 0; s < most; s++) {
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (s < skipped[i]) {
          observe(i, Double.NaN, memories[i]);
          which[count++] = i;
        }
      }
      forecasts.write(which, count, memories, form);
    }
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (skipped[i] >= 0) {
        observe(i, values[i], memories[i]);
        which[count++] = i;
      } else {
        observed[i] = form.real(memories[i], WatchMemory.VALUE);
        expected[i] = form.get(memories[i], WatchMemory.EXPECTED);
        distance[i] = form.real(memories[i], WatchMemory.DISTANCE);
      }
    }
    forecasts.write(which, count, memories, form);
  }

  /// Brings a series to a time.
  ///
  /// @return how many steps are missing before it; −1 if the verdict on its step stays
  private long place(long time, double value, float[] m) {
    form.number(m, WatchMemory.LAST, time);
    if (!form.is(m, WatchMemory.STARTED) || task.step().unit() == TimeStep.Unit.STEP) {
      form.set(m, WatchMemory.STARTED, true);
      form.number(m, WatchMemory.FIRST, time);
      return 0;
    }
    long at = task.step().stepsBetween(utc(form.number(m, WatchMemory.FIRST)), utc(time));
    long position = form.number(m, WatchMemory.POSITION);
    if (at <= position && form.is(m, WatchMemory.JUDGED)) {
      if (Double.isNaN(value)) {
        return -1;
      }
      undo(m);
      return 0;
    }
    form.number(m, WatchMemory.POSITION, at);
    // Nothing is remembered for longer than that.
    return Math.clamp(at - position - 1, 0, task.lookBack() + (long) task.lead());
  }

  /// Takes the value of the next step, and judges it.
  private void observe(int i, double value, float[] m) {
    boolean missing = Double.isNaN(value);
    long steps = form.number(m, WatchMemory.STEPS);
    boolean forecast = steps >= task.lookBack() + task.lead() - 1;
    float due = m[form.due() + WatchMemory.ring(steps, task.lead())];
    int slot = form.values() + WatchMemory.ring(steps, task.lookBack());
    float scaled = missing ? m[form.values() + WatchMemory.ring(steps - 1, task.lookBack())]
        : task.scale().apply(value);
    boolean remembered = !missing && forecast;
    form.set(m, WatchMemory.REPLACED_VALUE, m[slot]);
    form.set(m, WatchMemory.REPLACED_FORECAST, due);
    form.set(m, WatchMemory.REMEMBERED, remembered);
    double away = Double.NaN;
    if (remembered) {
      long count = form.number(m, WatchMemory.COUNT);
      float error = scaled - due;
      surprise.measure(m, form.errors(), (int) Math.min(count, task.memory()));
      away = surprise.distance(error);
      int at = form.errors() + WatchMemory.ring(count, task.memory());
      form.set(m, WatchMemory.FORGOTTEN, m[at]);
      m[at] = surprise.remembered(error);
      form.number(m, WatchMemory.COUNT, count + 1);
    }
    m[slot] = scaled;
    form.number(m, WatchMemory.STEPS, steps + 1);
    form.set(m, WatchMemory.JUDGED, true);
    form.set(m, WatchMemory.EXPECTED, forecast ? due : Float.NaN);
    form.real(m, WatchMemory.DISTANCE, away);
    form.real(m, WatchMemory.VALUE, value);
    observed[i] = value;
    expected[i] = forecast ? due : Double.NaN;
    distance[i] = away;
  }

  /// Takes the last step back.
  private void undo(float[] m) {
    long steps = form.number(m, WatchMemory.STEPS) - 1;
    form.number(m, WatchMemory.STEPS, steps);
    m[form.values() + WatchMemory.ring(steps, task.lookBack())] =
        form.get(m, WatchMemory.REPLACED_VALUE);
    m[form.due() + WatchMemory.ring(steps, task.lead())] =
        form.get(m, WatchMemory.REPLACED_FORECAST);
    if (form.is(m, WatchMemory.REMEMBERED)) {
      long count = form.number(m, WatchMemory.COUNT) - 1;
      form.number(m, WatchMemory.COUNT, count);
      m[form.errors() + WatchMemory.ring(count, task.memory())] =
          form.get(m, WatchMemory.FORGOTTEN);
    }
  }

  /// The expected value of series i in the last call; NaN before the first forecast.
  public double expected(int i) {
    return Double.isNaN(expected[i]) ? Double.NaN : task.scale().invert(expected[i]);
  }

  /// Its distance; NaN if it was not judged.
  public double distance(int i) {
    return distance[i];
  }

  /// How likely it is an anomaly; NaN if it was not judged.
  public double likelihood(int i) {
    return Double.isNaN(distance[i]) ? Double.NaN : 1 - NormalTail.twoSided(distance[i]);
  }

  /// Whether there is an alarm.
  public boolean alarm(int i) {
    return distance[i] > task.threshold();
  }

  /// All of it.
  public Judgement judgement(int i) {
    return new Judgement(observed[i], expected(i), distance(i), likelihood(i), alarm(i));
  }

  private static LocalDateTime utc(long time) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC);
  }
}
