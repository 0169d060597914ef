package dev.unroll.task.detect;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Architecture.ParameterSource;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.loss.Loss;
import dev.unroll.series.Season;
import dev.unroll.series.Series;
import dev.unroll.series.Track;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Space;
import dev.unroll.task.tune.Tunable;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.Scale;
import dev.unroll.task.window.Shape;
import dev.unroll.task.window.WindowViews;
import dev.unroll.train.Fit;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
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
  private static final double DROPOUT = 0.3;
  private static final int BATCH = 16;
  private static final int EPOCHS = 20;
  private static final int MEMORY = 2000;
  private static final int MOST_WINDOWS = 20_000;

  private static final SequencedMap<String, Double> DEFAULTS = defaults();

  private int lead;
  private double alarmRate = 1e-4;
  private long seed = 1;
  private int epochs = EPOCHS;
  private double share;
  private Settings settings = Settings.NONE;
  private @Nullable Detector from;
  private @Nullable Engine engine;
  private TrainingListener listener = TrainingListener.SILENT;
  private Consumer<Understanding> told = _ -> {};

  private DetectorTraining() {}

  /// What [Settings] can replace.
  private static SequencedMap<String, Double> defaults() {
    var defaults = new LinkedHashMap<String, Double>();
    defaults.put("rate", Recipe.of(EPOCHS).learningRate());
    defaults.put("hidden", (double) HIDDEN);
    defaults.put("layers", 1.0);
    defaults.put("dropout", DROPOUT);
    defaults.put("batch", (double) BATCH);
    return defaults;
  }

  /// A copy with one change, which is made before the copy is published.
  private DetectorTraining with(Consumer<DetectorTraining> change) {
    var copy = new DetectorTraining();
    copy.lead = lead;
    copy.alarmRate = alarmRate;
    copy.seed = seed;
    copy.epochs = epochs;
    copy.share = share;
    copy.settings = settings;
    copy.from = from;
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

  /// Sets the share of the series, its last part, that chooses the epoch and from which nothing is
  /// learned; 0, the default, to learn from everything and keep the last epoch.
  public DetectorTraining validation(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share that validates is %s, expected a number from 0 up to but not 1"
              .formatted(share));
    }
    return with(copy -> copy.share = share);
  }

  /// Sets what replaces defaults of the network and its training: rate, hidden, layers, dropout,
  /// batch.
  public DetectorTraining settings(Settings settings) {
    settings.requireAmong(DEFAULTS);
    return with(copy -> copy.settings = settings);
  }

  /// What a search for other settings needs to know, which must validate.
  public Tunable tunable() {
    var space = Space.around(DEFAULTS);
    return new Tunable(from == null ? space : space.without(Set.of("hidden", "layers")), epochs,
        "loss", false);
  }

  /// Sets a detector that the training begins with, instead of initial values; null, the default,
  /// for none. It says the layers, the column, window, lead and scaling; the threshold is found
  /// anew. It stays as it is.
  public DetectorTraining from(@Nullable Detector from) {
    return with(copy -> copy.from = from);
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
    check(series);
    return Fit.on(engine, on -> train(series, on, fit));
  }

  /// Checks that a detector to begin with has what was asked.
  private void check(Series series) {
    if (from == null) {
      return;
    }
    var task = from.task();
    if (!series.targets().getFirst().equals(task.target())
        || !series.step().equals(task.step())) {
      throw new DataException(
          "%s has the column %s and steps of %s, but the detector that the training begins with %s"
              .formatted(series.source(), series.targets().getFirst(), series.step(),
                  "watches %s and learned steps of %s".formatted(task.target(), task.step())));
    }
    if (lead > 0 && lead != task.lead()) {
      throw new IllegalArgumentException(
          "the lead is %d steps, but that of the detector that the training begins with is %d"
              .formatted(lead, task.lead()));
    }
    var body = from.model().architecture().body();
    settings.requireSizes(Map.of("hidden", body.hidden(), "layers", body.layers()));
  }

  private Detector train(Series series, Engine engine, Fit fit) {
    var before = from == null ? null : from.task();
    var track = series.tracks().getFirst();
    var values = track.columns()[0];
    int n = values.length;
    int season = Season.of(series.step(), List.of(values));
    int ahead = before != null ? before.lead()
        : lead > 0 ? lead
            : Math.clamp(season > 1 ? season : LEAD, 1, Math.max(1, n / 2));
    int room = (n - ahead) / 3;
    int segment = before != null ? before.segment() : Math.clamp(room, 1, SEGMENT);
    int lookBack = before != null ? before.lookBack()
        : Math.clamp(room, segment, LOOK_BACK) / segment * segment;
    if (n - lookBack - ahead + 1 < SEGMENT) {
      throw new DataException(
          ("%s has %d steps, but a window of %d and a lead of %d need at least %d; bring a longer "
              + "one")
              .formatted(series.source(), n, lookBack, ahead, lookBack + ahead + SEGMENT - 1));
    }
    var target = series.targets().getFirst();
    int trained = n - (int) (share * n);
    if (trained < lookBack + ahead || share > 0 && n - trained < ahead) {
      throw new DataException(
          ("%s has %d steps, too few to hold out the last %d for validation, with a window of %d "
              + "and a lead of %d; bring a longer one")
              .formatted(series.source(), n, n - trained, lookBack, ahead));
    }
    var scale = before != null ? before.scale()
        : Scale.of("", target, values, trained, Double.NaN);
    var shape = DetectorTask.shape(lookBack, ahead, segment, season);
    var channels = DetectorTask.channels(target, ahead, segment, scale).of(series);
    var notes = new ArrayList<Understanding>();
    notes.add(new Understanding(About.DATA, "%s; %swatches %s%s"
        .formatted(series, series.timeAndId(), target, track.id().isEmpty() ? ""
            : " of " + track.id())));
    series.notes().forEach(note -> notes.add(new Understanding(About.DOUBT, note)));
    notes.add(new Understanding(About.INPUT,
        "forecasts %d steps ahead from the last %d".formatted(ahead, lookBack)));
    if (before != null) {
      notes.add(new Understanding(About.MODEL, "begins with a detector of " + before.target()));
    }
    var body = body();
    notes.add(new Understanding(About.MODEL, "GRU of %d units%s".formatted(body.hidden(),
        body.layers() == 1 ? "" : ", %d layers".formatted(body.layers()))));
    notes.add(new Understanding(About.TRAINING, "%d epoch%s".formatted(epochs,
        epochs == 1 ? "" : "s")));
    notes.forEach(told);
    var model = model(channels, shape, new int[] {0, trained, n}, engine, fit);
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

  private RecurrentStack body() {
    var body = from != null ? from.model().architecture().body()
        : RecurrentStack.of(Gru.cell(), settings.whole("hidden", HIDDEN))
            .layers(settings.whole("layers", 1)).dropout(DROPOUT);
    return body.dropout(settings.number("dropout", body.dropout()));
  }

  /// @param parts the beginning of the training part, its end, and the end of the validation part
  private SequenceToVector model(Channels channels, Shape shape, int[] parts, Engine engine,
      Fit fit) {
    int batch = settings.whole("batch", BATCH);
    var views =
        new WindowViews(channels, shape, new int[] {parts[0]}, new int[] {parts[1]}, 1);
    var validation =
        new WindowViews(channels, shape, new int[] {parts[1]}, new int[] {parts[2]}, 1);
    var recipe = Recipe.of(epochs).patience(epochs);
    var all = new SequenceToVector.Parts(Inputs.features(shape.features()), body(), Pooling.LAST,
        Outputs.numbers(shape.horizon()).loss(Loss.absolute()), seed);
    var model = from == null ? all.initialized() : all.of(ParameterSource.startOf(from.model()));
    fit.run(
        Trainer.of(model).engine(engine)
            .recipe(recipe.learningRate(settings.number("rate", recipe.learningRate()))),
        Batches.of(views, batch, MOST_WINDOWS, seed),
        share == 0 ? null : Batches.inOrder(validation, batch), listener);
    return model;
  }
}
