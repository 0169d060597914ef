package dev.unroll.task.forecast;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.SequenceToVector;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.series.Track;
import dev.unroll.table.Table;
import dev.unroll.task.TaskFile;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.ViewExamples;
import dev.unroll.task.window.WindowViews;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/// A forecaster of time series, which predicts quantiles.
///
/// ```java
/// var series = Series.of(values).start(LocalDateTime.of(2016, 7, 1, 0, 0), TimeStep.hours(1));
/// var forecaster = Forecaster.train(series, Horizon.hours(24));
/// System.out.println(forecaster.report());     // beside naive and seasonal naive
/// Forecast next = forecaster.forecast(series);
/// next.at(0).median(); next.at(23).quantile(0.9);
/// forecaster.save(path);
/// ```
///
/// A GRU reads the last L steps of a column in segments, relative to the last value, and its last
/// state predicts all N steps at once (direct, not step by step); more are forecast recursively, N
/// at a time. All target columns share the same
/// weights, with the covariates. It is trained with the pinball loss of all quantiles.
///
/// Safe for use by several threads.
public final class Forecaster {
  private final SequenceToVector model;
  private final ForecastTask task;
  private final ForecastReport report;

  Forecaster(SequenceToVector model, ForecastTask task, ForecastReport report) {
    this.model = model;
    this.task = task;
    this.report = report;
  }

  /// Trains with defaults; [#training] has the settings.
  ///
  /// @throws DataException if the series cannot be read or is too short
  public static Forecaster train(Series series, Horizon horizon) {
    return training(horizon).train(series);
  }

  /// Returns the default settings of training, to be changed.
  public static ForecastTraining training(Horizon horizon) {
    return ForecastTraining.of(horizon);
  }

  ForecastTask task() {
    return task;
  }

  /// The report on the test part, compared with naive forecasts.
  public ForecastReport report() {
    return report;
  }

  /// The findings about the data, a sentence each.
  public List<String> notes() {
    return task.notes();
  }

  /// The name of the data that it was trained on; empty if it is not known.
  public String trainedOn() {
    return task.trainedOn();
  }

  /// N, the number of steps of a forecast.
  public int horizon() {
    return task.shape().horizon();
  }

  /// L, the number of steps that are read; a history must have at least as many.
  public int lookBack() {
    return task.shape().lookBack();
  }

  /// After how many steps its series repeat themselves, 1 for never.
  public int season() {
    return task.shape().season();
  }

  /// The time step.
  public TimeStep step() {
    return task.step();
  }

  /// The levels of the quantiles of a forecast, ascending.
  public List<Double> levels() {
    return Arrays.stream(task.levels()).boxed().toList();
  }

  /// The columns that are forecast.
  public List<String> targets() {
    return task.targets();
  }

  /// The covariates that are known up to the present.
  public List<String> past() {
    return task.past();
  }

  /// The covariates that are known ahead.
  public List<String> known() {
    return task.known();
  }

  /// The network.
  public SequenceToVector model() {
    return model;
  }

  /// Forecasts the values after the last one of each column; only the last L steps are read.
  ///
  /// @param history with the columns of the training series; covariates that are known ahead have N
  ///     steps more
  /// @throws DataException if it is shorter than L steps, has another time step, or lacks a column
  public Forecast forecast(Series history) {
    return forecast(history, Horizon.steps(horizon()));
  }

  /// Forecasts the values after the last one of each column, fewer than the N that were learned, or
  /// more: then recursively, N at a time, where medians are read as if they had been seen.
  /// Quantiles beyond the first N steps are those of single blocks: they do not contain that the
  /// medians before them may be wrong, and are too narrow.
  ///
  /// @param history with the columns of the training series; covariates that are known ahead have
  ///     as many steps more as are forecast
  /// @throws DataException if it is shorter than L steps, has another time step, or lacks a column;
  ///     beyond N steps also if it has covariates that are known up to the present alone
  /// @throws java.util.concurrent.CancellationException if the thread is interrupted
  public Forecast forecast(Series history, Horizon ahead) {
    var read = as(history);
    var shape = task.shape();
    int steps = ahead.steps(read.step());
    if (steps > shape.horizon() && !task.past().isEmpty()) {
      throw new DataException(
          ("%d steps are asked, but beyond the first %d nothing is known of %s; ask for fewer, or "
              + "train with a longer horizon")
              .formatted(steps, shape.horizon(), String.join(", ", task.past())));
    }
    var channels = task.channels(Math.ceilDiv(steps, shape.horizon()) * shape.horizon()).of(read);
    for (int c = 0; c < channels.count(); c++) {
      var channel = channels.get(c);
      if (channels.length(c) < shape.lookBack()) {
        throw new DataException(
            ("%s of %s has %d steps, but the forecaster reads %d; bring a history of at least %d "
                + "steps")
                .formatted(channel.target(), history.source(), channels.length(c),
                    shape.lookBack(), shape.lookBack()));
      }
      requireKnown(channel, channels.length(c), steps);
    }
    return new Rollout(model, task).of(channels, steps);
  }

  /// Those of the series that are long enough to be forecast, at least as long as the window.
  ///
  /// @throws DataException if none is
  public Series longEnough(Series history) {
    var series = as(history);
    var ids = series.tracks().stream()
        .filter(track -> IntStream.range(0, task.targets().size())
            .allMatch(c -> ChannelBuilder.end(track.columns()[c]) >= lookBack()))
        .map(Track::id).toList();
    if (ids.isEmpty()) {
      throw new DataException(("%s has no series of at least %d steps, which the forecaster reads; "
          + "bring longer ones").formatted(history.source(), lookBack()));
    }
    return ids.size() == series.tracks().size() ? history : history.only(ids);
  }

  private void requireKnown(Channels.Channel channel, int from, int steps) {
    for (int k = 0; k < task.known().size(); k++) {
      int end = channel.known()[k].length;
      if (end < from + steps) {
        throw new DataException(
            ("%s is known up to %s, but the forecast needs it up to %s; bring rows with it, and "
                + "with nothing in %s").formatted(task.known().get(k),
                    channel.track().stamp(end - 1),
                    channel.track().stamp(from + steps - 1), channel.target()));
      }
    }
  }

  /// Reads a table like the training series: its columns have the same names.
  public Series read(Table table) {
    var series = Series.of(table);
    if (task.time() != null) {
      series = series.time(task.time());
    } else if (task.step().unit() == TimeStep.Unit.STEP) {
      series = series.withoutTime();
    }
    if (task.aggregate() != null) {
      series = series.step(task.step(), task.aggregate());
    }
    if (task.id() != null) {
      series = series.id(task.id());
    }
    return series;
  }

  /// Evaluates it on other data: on all of its steps that have a window before them.
  ///
  /// @throws DataException if it has another time step, lacks a column, or is shorter than a window
  ///     and a horizon
  public ForecastReport test(Series series) {
    var channels = task.channels().of(as(series));
    var views = windows(channels, series);
    try (var engine = Engine.of()) {
      return Backtest.of(model, engine, channels, task.shape(), task.levels(), views);
    }
  }

  /// Windows of a series as its model reads them, at even distances. For a look inside.
  ///
  /// @param most of them
  /// @throws DataException as [#test]
  public List<Example> examples(Series series, int most) {
    return ViewExamples.some(windows(task.channels().of(as(series)), series), most);
  }

  /// All that have a window before them.
  private WindowViews windows(Channels channels, Series series) {
    var from = new int[channels.count()];
    var to = new int[channels.count()];
    for (int c = 0; c < to.length; c++) {
      to[c] = channels.length(c);
    }
    var views = new WindowViews(channels, task.shape(), from, to, 1);
    if (views.count() == 0) {
      throw new DataException(
          "%s is shorter than a window of %d steps and a horizon of %d; bring a longer one"
              .formatted(
                  series.source(), task.shape().lookBack(), task.shape().horizon()));
    }
    return views;
  }

  /// A series with the columns of the training series.
  Series as(Series given) {
    var series = given.target(task.targets().toArray(String[]::new))
        .past(task.past().toArray(String[]::new)).known(task.known().toArray(String[]::new));
    if (!series.step().equals(task.step())) {
      throw new DataException("%s has a time step of %s, but the forecaster learned steps of %s"
          .formatted(given.source(), series.step(), task.step()));
    }
    return series;
  }

  /// The same forecaster with smaller weights, for inference: see
  /// [dev.unroll.model.Structure#withWeights]. What its report says is still that of the weights
  /// before.
  public Forecaster withWeights(Precision precision) {
    return new Forecaster(model.withWeights(precision), task, report);
  }

  /// Saves it to one file, so that a crash leaves the old file or the new one.
  /// [dev.unroll.model.Model] `load` reads the network in it.
  public void save(Path path) throws IOException {
    content().write(path);
  }

  private Safetensors content() {
    return TaskFile.content(model, new LinkedHashMap<>(), ForecastTask.NAME, task.fields(report));
  }

  /// The bytes of the file that [#save] writes.
  public byte[] toBytes() {
    return content().bytes();
  }

  /// Loads a forecaster that [#save] wrote.
  ///
  /// @throws FormatException if there is no intact forecaster in the file
  public static Forecaster load(Path path) throws IOException {
    return of(TaskFile.read(path, ForecastTask.NAME));
  }

  /// Whether the file of a task is that of a forecaster.
  public static boolean is(TaskFile file) {
    return file.task().equals(ForecastTask.NAME);
  }

  /// The forecaster in the file of a task.
  ///
  /// @throws FormatException if it is that of another task, or not intact
  public static Forecaster of(TaskFile file) throws FormatException {
    return file.as(ForecastTask.NAME, "a forecaster", SequenceToVector.class,
        (model, fields) -> new Forecaster(model, ForecastTask.of(fields),
            ForecastReport.of(fields.object("report"))));
  }

  /// A summary in a few lines.
  @Override
  public String toString() {
    return String.join("\n", task.notes());
  }
}
