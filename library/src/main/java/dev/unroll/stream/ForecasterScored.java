package dev.unroll.stream;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.State;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.task.forecast.Forecast;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.window.ExactFloats;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A forecaster: the next steps of the series of a key. What is kept is the last L rows, a step
/// each; steps that were skipped are missing, and of several events at a step the last one counts.
///
/// @param columns those that are read
record ForecasterScored(Forecaster forecaster, List<String> columns, State.Layout layout,
    List<String> outputs) implements Scored {

  /// @throws DataException if it reads covariates that are known ahead
  static ForecasterScored of(Forecaster forecaster) {
    if (!forecaster.known().isEmpty()) {
      throw new DataException(("the forecaster reads %s ahead of time, which no event brings; train"
          + " one without").formatted(String.join(", ", forecaster.known())));
    }
    var columns = new ArrayList<>(forecaster.targets());
    columns.addAll(forecaster.past());
    int size = forecaster.lookBack() * columns.size();
    var layout = State.Layout.of(
        "forecaster %s %s ".formatted(forecaster.step(), columns),
        List.of(new State.Layout.Part("rows", 0, size),
            new State.Layout.Part("counters", size, 3 * ExactFloats.SIZE)));
    return new ForecasterScored(forecaster, List.copyOf(columns), layout, names(forecaster));
  }

  /// `load+1`, the median of the first step, `load+1 q0.1` …, `load+2` …
  private static List<String> names(Forecaster forecaster) {
    var names = new ArrayList<String>();
    for (var target : forecaster.targets()) {
      for (int step = 1; step <= forecaster.horizon(); step++) {
        names.add("%s+%d".formatted(target, step));
        for (double level : forecaster.levels()) {
          names.add(String.format(Locale.ROOT, "%s+%d q%s", target, step, level));
        }
      }
    }
    return List.copyOf(names);
  }

  @Override
  public float[] initial() {
    return new float[layout.size()];
  }

  @Override
  public List<String> features() {
    return columns;
  }

  @Override
  public boolean readsMissing() {
    return true;
  }

  @Override
  public Scorer scorer(int batch) {
    return new Forecasts();
  }

  private final class Forecasts implements Scorer {
    private final int lookBack = forecaster.lookBack();
    private final int width = columns.size();
    private final int rows = lookBack * width;
    private final int first = rows + ExactFloats.SIZE;
    private final int last = rows + 2 * ExactFloats.SIZE;
    private final boolean timed = forecaster.step().unit() != TimeStep.Unit.STEP;

    @Override
    public @Nullable String refusal(float[] x, long time, KeyState state) {
      var m = state.values();
      return timed && ExactFloats.get(m, rows) > 0 && time < ExactFloats.get(m, last)
          ? "the time %s is before the last one of the key, %s; bring events in the order of time"
              .formatted(utc(time), utc(ExactFloats.get(m, last)))
          : null;
    }

    @Override
    public void score(int n, float[] x, long[] times, KeyState[] states, float[] y) {
      for (int i = 0; i < n; i++) {
        var m = states[i].values();
        take(m, x, i * width, times[i]);
        forecast(m, y, i * outputs.size());
      }
    }

    /// Puts a row where it belongs: behind the last one, or over it if it is of the same step.
    private void take(float[] m, float[] x, int from, long time) {
      long count = ExactFloats.get(m, rows);
      if (count == 0) {
        ExactFloats.set(m, first, time);
      }
      long at = timed && count > 0
          ? forecaster.step().stepsBetween(utc(ExactFloats.get(m, first)), utc(time))
          : count;
      if (at >= count) {
        for (long missing = Math.max(count, at - lookBack); missing < at; missing++) {
          Arrays.fill(m, place(missing), place(missing) + width, Float.NaN);
        }
        System.arraycopy(x, from, m, place(at), width);
        ExactFloats.set(m, rows, at + 1);
      } else {
        for (int c = 0; c < width; c++) {
          if (!Float.isNaN(x[from + c])) {
            m[place(count - 1) + c] = x[from + c];
          }
        }
      }
      ExactFloats.set(m, last, time);
    }

    private int place(long row) {
      return (int) Math.floorMod(row, (long) lookBack) * width;
    }

    private void forecast(float[] m, float[] y, int at) {
      long count = ExactFloats.get(m, rows);
      Arrays.fill(y, at, at + outputs.size(), Float.NaN);
      if (count < lookBack) {
        return;
      }
      var values = new LinkedHashMap<String, double[]>();
      for (int c = 0; c < width; c++) {
        var column = new double[lookBack];
        boolean some = false;
        for (int t = 0; t < lookBack; t++) {
          column[t] = m[place(count - lookBack + t) + c];
          some |= !Double.isNaN(column[t]);
        }
        if (!some || c < forecaster.targets().size() && Double.isNaN(column[lookBack - 1])) {
          return;
        }
        values.put(columns.get(c), column);
      }
      var series = Series.columns(values);
      if (timed) {
        var start = forecaster.step().plus(utc(ExactFloats.get(m, first)), count - lookBack);
        series = series.start(start, forecaster.step());
      }
      write(forecaster.forecast(series), y, at);
    }

    private static void write(Forecast forecast, float[] y, int at) {
      int place = at;
      for (var line : forecast.lines()) {
        for (var step : line.steps()) {
          y[place++] = (float) step.median();
          for (double quantile : step.quantiles()) {
            y[place++] = (float) quantile;
          }
        }
      }
    }
  }

  private static LocalDateTime utc(long time) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC);
  }
}
