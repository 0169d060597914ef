package dev.unroll.task.detect;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.SequenceToVector;
import dev.unroll.score.NabScore.Window;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Table;
import dev.unroll.task.TaskFile;
import dev.unroll.task.window.ViewExamples;
import dev.unroll.task.window.WindowViews;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/// An anomaly detector for a series, one value at a time.
///
/// ```java
/// var detector = Detector.train(Series.csv(path).time("timestamp").target("value"));
/// var watch = detector.watch();
/// if (watch.next(time, value).alarm()) …
/// ```
///
/// A GRU forecasts each value one season ahead, so that a longer anomaly does not immediately
/// become the expected values; the error is compared with the last errors. It is
/// trained on a series with few anomalies. Safe for use by several threads; a [Watch] is for one.
public final class Detector {
  private final SequenceToVector model;
  private final DetectorTask task;
  private final DetectorReport report;

  Detector(SequenceToVector model, DetectorTask task, DetectorReport report) {
    this.model = model;
    this.task = task;
    this.report = report;
  }

  /// Trains with defaults; [#training] has the settings.
  ///
  /// @param series of one column
  /// @throws dev.unroll.data.DataException if the series cannot be read, is too short, or has
  ///     several columns
  public static Detector train(Series series) {
    return training().train(series);
  }

  /// Returns the default settings of training, to be changed.
  public static DetectorTraining training() {
    return DetectorTraining.DEFAULT;
  }

  /// Starts a watch, which has seen no value yet.
  public Watch watch() {
    return new Watch(model, task);
  }

  /// Starts watches for many series at once, of which none has seen a value yet.
  ///
  /// @param batch the most series of a call
  public Watches watches(int batch) {
    return new Watches(model, task, batch);
  }

  DetectorTask task() {
    return task;
  }

  /// The threshold of the distance beyond which there is an alarm ([Judgement#distance]).
  public double threshold() {
    return task.threshold();
  }

  /// The alarms on the training series.
  public DetectorReport report() {
    return report;
  }

  /// Evaluates it on a series of which the anomalies are known.
  ///
  /// @param series with the column that is watched
  /// @param anomalies the steps of each, ascending, not overlapping
  /// @throws DataException if there is none, one is outside the series, or the time step is another
  public DetectorReport evaluate(Series series, List<Window> anomalies) {
    if (!series.step().equals(step())) {
      throw new DataException("%s has a time step of %s, but the detector learned steps of %s"
          .formatted(series.source(), series.step(), step()));
    }
    var values = series.tracks().getFirst().columns()[0];
    if (anomalies.isEmpty() || anomalies.getFirst().from() < 0
        || anomalies.getLast().to() >= values.length) {
      throw new DataException(("%s has %d steps, and %d anomalies are known; bring at least one, "
          + "within the steps").formatted(series.source(), values.length, anomalies.size()));
    }
    return new DetectorReport(true,
        Distances.figures(Distances.of(model, task, values), task.threshold(), anomalies),
        Distances.figures(Distances.gaussian(task, values), task.baseline(), anomalies));
  }

  /// Windows of a series as its model reads them, at even distances. For a look inside.
  ///
  /// @param most of them
  /// @throws DataException if it is shorter than a window
  public List<Example> examples(Series series, int most) {
    var channels = task.channels().of(series);
    var views = new WindowViews(channels, task.shape(), new int[1],
        new int[] {channels.length(0)}, 1);
    if (views.count() == 0) {
      throw new DataException(
          "%s is shorter than a window of %d steps and a lead of %d; bring a longer one"
              .formatted(series.source(), task.lookBack(), task.lead()));
    }
    return ViewExamples.some(views, most);
  }

  /// The column that is watched.
  public String target() {
    return task.target();
  }

  /// The number of steps that its forecasts are ahead.
  public int lead() {
    return task.lead();
  }

  /// The time step.
  public TimeStep step() {
    return task.step();
  }

  /// The findings about the data, a sentence each.
  public List<String> notes() {
    return task.notes();
  }

  /// The network.
  public SequenceToVector model() {
    return model;
  }

  /// Reads a table like the training series: its columns have the same names.
  public Series read(Table table) {
    var series = Series.of(table).target(task.target());
    if (task.time() != null) {
      series = series.time(task.time());
    } else if (task.step().unit() == TimeStep.Unit.STEP) {
      series = series.withoutTime();
    }
    if (task.aggregate() != null) {
      series = series.step(task.step(), task.aggregate());
    }
    return task.id() == null ? series : series.id(task.id()).only(List.of(task.series()));
  }

  /// The same detector with smaller weights, for inference: see
  /// [dev.unroll.model.Structure#withWeights]. What its report says is still that of the weights
  /// before.
  public Detector withWeights(Precision precision) {
    return new Detector(model.withWeights(precision), task, report);
  }

  /// Saves it to one file, so that a crash leaves the old file or the new one.
  public void save(Path path) throws IOException {
    content().write(path);
  }

  private Safetensors content() {
    return TaskFile.content(model, new LinkedHashMap<>(), DetectorTask.NAME, task.fields(report));
  }

  /// The bytes of the file that [#save] writes.
  public byte[] toBytes() {
    return content().bytes();
  }

  /// Loads a detector that [#save] wrote.
  ///
  /// @throws FormatException if there is no intact detector in the file
  public static Detector load(Path path) throws IOException {
    return of(TaskFile.read(path, DetectorTask.NAME));
  }

  /// Whether the file of a task is that of a detector.
  public static boolean is(TaskFile file) {
    return file.task().equals(DetectorTask.NAME);
  }

  /// The detector in the file of a task.
  ///
  /// @throws FormatException if it is that of another task, or not intact
  public static Detector of(TaskFile file) throws FormatException {
    return file.as(DetectorTask.NAME, "a detector", SequenceToVector.class,
        (model, fields) -> new Detector(model, DetectorTask.of(fields),
            DetectorReport.of(fields.object("report"))));
  }

  /// A summary in a few lines.
  @Override
  public String toString() {
    return String.join("\n", task.notes());
  }
}
