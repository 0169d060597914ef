package dev.unroll.task.detect;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.loss.Loss;
import dev.unroll.series.Calendar;
import dev.unroll.series.Season;
import dev.unroll.series.Series;
import dev.unroll.series.Track;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.window.Anchor;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.Scale;
import dev.unroll.task.window.Shape;
import dev.unroll.task.window.WindowViews;
import dev.unroll.train.Fit;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The settings of training a [Detector]. A value: each setting returns a changed copy; defaults
/// follow from the data (`docs/defaults.md`).
public final class DetectorTraining {
  static final DetectorTraining DEFAULT = new DetectorTraining();

  private static final int SEGMENT = 12;
  private static final int LOOK_BACK = 4 * SEGMENT;
  private static final int LEAD = 24;
  private static final int HIDDEN = 32;
  private static final int EPOCHS = 20;
  private static final int MEMORY = 2000;
  private static final int MOST_WINDOWS = 20_000;

  private int lead;
  private double alarmRate = 1e-4;
  private long seed = 1;
  private int epochs = EPOCHS;
  private @Nullable Engine engine;
  private TrainingListener listener = TrainingListener.SILENT;
  private Consumer<Understanding> told = _ -> {};

  private DetectorTraining() {}

  /// A copy with one change, which is made before the copy is published.
  private DetectorTraining with(Consumer<DetectorTraining> change) {
    var copy = new DetectorTraining();
    copy.lead = lead;
    copy.alarmRate = alarmRate;
    copy.seed = seed;
    copy.epochs = epochs;
    copy.engine = engine;
    copy.listener = listener;
    copy.told = told;
    change.accept(copy);
    return copy;
  }

  /// Sets d, the number of steps that a forecast is ahead: an anomaly shorter than that does not
  /// affect the expected values. By default a season, or 24 steps without one, at most half of the
  /// training part.
  public DetectorTraining lead(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("the lead is %d, expected at least 1".formatted(steps));
    }
    return with(copy -> copy.lead = steps);
  }

  /// Sets the rate of false alarms, the share of normal values that may give an alarm; 1 in 10,000
  /// by default.
  public DetectorTraining alarmRate(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the rate of alarms is %s, expected a number between 0 and 1".formatted(rate));
    }
    return with(copy -> copy.alarmRate = rate);
  }

  /// Sets the number of epochs, 20 by default.
  public DetectorTraining epochs(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "the number of epochs is %d, expected at least 1".formatted(epochs));
    }
    return with(copy -> copy.epochs = epochs);
  }

  /// Sets the seed of initial values, masks and the order of windows.
  public DetectorTraining seed(long seed) {
    return with(copy -> copy.seed = seed);
  }

  /// Sets the engine; by default one on all processors.
  public DetectorTraining engine(Engine engine) {
    return with(copy -> copy.engine = engine);
  }

  /// Sets a listener that is notified during training.
  public DetectorTraining listener(TrainingListener listener) {
    return with(copy -> copy.listener = listener);
  }

  /// Sets a consumer of the findings about the data and the decisions.
  public DetectorTraining onUnderstood(Consumer<Understanding> told) {
    return with(copy -> copy.told = told);
  }

  /// Trains on a series of one column.
  ///
  /// @throws DataException if the series cannot be read, is too short, or has several columns
  public Detector train(Series series) {
    return train(series, Fit.inMemory());
  }

  /// Trains on a series of one column, for example with checkpoints in a folder ([Fit#in]); another
  /// thread can stop it.
  ///
  /// @throws DataException if the series cannot be read, is too short, or has several columns
  public Detector train(Series series, Fit fit) {
    if (series.targets().size() != 1) {
      throw new DataException(
          "%s has the columns %s, but a detector watches one; name it by target(…)"
              .formatted(series.source(), String.join(", ", series.targets())));
    }
    if (series.tracks().size() != 1) {
      var ids = series.tracks().stream().map(Track::id).toList();
      throw new DataException(
          ("%s has %d series of %s, but a detector watches one; choose it, for example by "
              + "only(\"%s\")")
              .formatted(series.source(), ids.size(), series.idColumn(), ids.getFirst()));
    }
    return Fit.on(engine, on -> train(series, on, fit));
  }

  private Detector train(Series series, Engine engine, Fit fit) {
    var track = series.tracks().getFirst();
    var values = track.columns()[0];
    int n = values.length;
    int season = Season.of(series.step(), List.of(values));
    int ahead = lead > 0 ? lead
        : Math.clamp(season > 1 ? season : LEAD, 1, Math.max(1, n / 2));
    int room = (n - ahead) / 3;
    int segment = Math.clamp(room, 1, SEGMENT);
    int lookBack = Math.clamp(room, segment, LOOK_BACK) / segment * segment;
    if (n - lookBack - ahead + 1 < SEGMENT) {
      throw new DataException(
          ("%s has %d steps, but a window of %d and a lead of %d need at least %d; bring a longer "
              + "one")
              .formatted(series.source(), n, lookBack, ahead, lookBack + ahead + SEGMENT - 1));
    }
    var target = series.targets().getFirst();
    var scale = Scale.of("", target, values, n, Double.NaN);
    var shape = new Shape(lookBack, ahead, segment, season, Anchor.ZERO, false, 0, 0, false, 0, 1);
    var channels = new ChannelBuilder(List.of(target), List.of(), List.of(),
        new Calendar(List.of()), ahead, segment, List.of(scale)).of(series);
    var notes = new ArrayList<Understanding>();
    notes.add(new Understanding(About.DATA, "%s; %swatches %s%s"
        .formatted(series, series.timeAndId(), target, track.id().isEmpty() ? ""
            : " of " + track.id())));
    series.notes().forEach(note -> notes.add(new Understanding(About.DOUBT, note)));
    notes.add(new Understanding(About.INPUT,
        "forecasts %d steps ahead from the last %d".formatted(ahead, lookBack)));
    notes.add(new Understanding(About.MODEL, "GRU of %d units".formatted(HIDDEN)));
    notes.add(new Understanding(About.TRAINING, "%d epoch%s".formatted(epochs,
        epochs == 1 ? "" : "s")));
    notes.forEach(told);
    var model = model(channels, shape, n, engine, fit);
    var task = new DetectorTask(series.timeColumn(), series.idColumn(), track.id(), target,
        series.step(), scale, lookBack,
        segment, ahead, MEMORY, Double.MAX_VALUE,
        series.aggregate(), Double.MAX_VALUE, notes.stream().map(Understanding::text).toList());
    var distances = Distances.of(model, task, values);
    var gaussian = Distances.gaussian(task, values);
    var found = task.withThresholds(Distances.threshold(distances, alarmRate),
        Distances.threshold(gaussian, alarmRate));
    return new Detector(model, found, new DetectorReport(false,
        Distances.figures(distances, found.threshold()),
        Distances.figures(gaussian, found.baseline())));
  }

  private SequenceToVector model(Channels channels, Shape shape, int n, Engine engine,
      Fit fit) {
    var views = new WindowViews(channels, shape, new int[] {0}, new int[] {n}, 1);
    var model = SequenceToVector.of(Inputs.features(shape.features()),
        RecurrentStack.of(Gru.cell(), HIDDEN).dropout(0.3), Pooling.LAST,
        Outputs.numbers(shape.horizon()).loss(Loss.absolute()), seed);
    fit.run(Trainer.of(model).engine(engine).recipe(Recipe.of(epochs).patience(epochs)),
        Batches.of(views, 16, MOST_WINDOWS, seed), null, listener);
    return model;
  }
}
