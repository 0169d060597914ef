package dev.unroll.task.forecast;

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
import dev.unroll.series.Series;
import dev.unroll.task.Effort;
import dev.unroll.task.Understanding;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Space;
import dev.unroll.task.tune.Tunable;
import dev.unroll.task.window.Channels;
import dev.unroll.task.window.Shape;
import dev.unroll.task.window.TimeSplit;
import dev.unroll.task.window.WindowViews;
import dev.unroll.train.Fit;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The settings of training a [Forecaster]. A value: each setting returns a changed copy; defaults
/// follow from the data (`docs/defaults.md`).
public final class ForecastTraining {
  /// The largest number of validation windows; more of them add little.
  private static final int MOST_VALIDATING = 5_000;
  private static final int MOST_TESTING = 100_000;

  private final Horizon horizon;
  private ForecastRequest request = ForecastRequest.DEFAULT;
  private long seed = 1;
  private @Nullable Engine engine;
  private TrainingListener listener = TrainingListener.SILENT;
  private Consumer<Understanding> told = _ -> {};

  private ForecastTraining(Horizon horizon) {
    this.horizon = horizon;
  }

  static ForecastTraining of(Horizon horizon) {
    return new ForecastTraining(horizon);
  }

  /// A copy with one change, which is made before the copy is published.
  private ForecastTraining with(Consumer<ForecastTraining> change) {
    var copy = new ForecastTraining(horizon);
    copy.request = request;
    copy.seed = seed;
    copy.engine = engine;
    copy.listener = listener;
    copy.told = told;
    change.accept(copy);
    return copy;
  }

  private ForecastTraining with(ForecastRequest request) {
    return with(copy -> copy.request = request);
  }

  /// Sets the season, the number of steps after which the series repeats; 1 for none. By default
  /// the usual one of the time step, or if it has none, that of the autocorrelation.
  public ForecastTraining season(int steps) {
    requirePositive("the season", steps);
    return with(request.season(steps));
  }

  /// Sets L, the number of steps that are read.
  public ForecastTraining lookBack(int steps) {
    requirePositive("the window", steps);
    return with(request.lookBack(steps));
  }

  /// Sets the number of epochs.
  public ForecastTraining epochs(int epochs) {
    requirePositive("the number of epochs", epochs);
    return with(request.epochs(epochs));
  }

  /// Sets the number of steps of each part, in order from the first step; steps after them are not
  /// used.
  public ForecastTraining split(int train, int validation, int test) {
    requirePositive("the training part", train);
    return with(request.lengths(new TimeSplit.Lengths(train, validation, test)));
  }

  /// Sets the number of steps of the test part, the last ones; as many before them are for
  /// validation.
  public ForecastTraining test(int steps) {
    requirePositive("the test part", steps);
    return with(request.lengths(new TimeSplit.Lengths(null, steps, steps)));
  }

  /// Sets the levels of the quantiles; 0.1, 0.2 … 0.9 by default.
  ///
  /// @throws IllegalArgumentException if they are not ascending between 0 and 1 with 0.5 among them
  public ForecastTraining quantiles(double... levels) {
    boolean ascending = true;
    boolean median = false;
    for (int i = 0; i < levels.length; i++) {
      ascending &= levels[i] > (i == 0 ? 0 : levels[i - 1]) && levels[i] < 1;
      median |= levels[i] == 0.5;
    }
    if (!ascending || !median) {
      throw new IllegalArgumentException(
          "the quantiles are %s, expected ascending numbers between 0 and 1 with 0.5 among them"
              .formatted(Arrays.toString(levels)));
    }
    return with(request.levels(levels.clone()));
  }

  /// Sets the effort: time against quality.
  public ForecastTraining effort(Effort effort) {
    return with(request.effort(effort));
  }

  /// Sets what replaces defaults of the network and its training: rate, hidden, layers, dropout,
  /// batch.
  public ForecastTraining settings(Settings settings) {
    return with(request.settings(settings));
  }

  /// Sets a forecaster that the training begins with, instead of initial values; null, the default,
  /// for none. It says the layers, columns, window, horizon and quantiles, and the scaling of its
  /// series. It stays as it is.
  public ForecastTraining from(@Nullable Forecaster from) {
    return with(request.from(from));
  }

  /// Sets the seed of initial values, masks and the order of windows.
  public ForecastTraining seed(long seed) {
    return with(copy -> copy.seed = seed);
  }

  /// Sets the engine; by default one on all processors.
  public ForecastTraining engine(Engine engine) {
    return with(copy -> copy.engine = engine);
  }

  /// Sets a listener that is notified during training.
  public ForecastTraining listener(TrainingListener listener) {
    return with(copy -> copy.listener = listener);
  }

  /// Sets a consumer of the findings about the data and the decisions, called before training.
  public ForecastTraining onUnderstood(Consumer<Understanding> told) {
    return with(copy -> copy.told = told);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s is %d, expected at least 1".formatted(what, value));
    }
  }

  /// What a search for other settings of a series needs to know.
  ///
  /// @throws DataException if the series cannot be read or is too short
  public Tunable tunable(Series series) {
    var plan = ForecastPreparation.of(series, horizon.steps(series.step()), request).plan();
    var space = Space.around(plan.defaults());
    return new Tunable(
        request.from() == null ? space : space.without(Set.of("hidden", "layers")), plan.epochs(),
        "loss", false);
  }

  /// Trains, and tests on the last part of the series.
  ///
  /// @throws DataException if the series cannot be read or is too short
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Forecaster train(Series series) {
    return train(series, Fit.inMemory());
  }

  /// Trains, and tests on the last part of the series, for example with checkpoints in a folder
  /// ([Fit#in]); another thread can stop it, and the best epoch so far is then kept.
  ///
  /// @throws DataException if the series cannot be read or is too short
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Forecaster train(Series series, Fit fit) {
    var prepared =
        ForecastPreparation.of(series, horizon.steps(series.step()), request);
    prepared.understood().forEach(told);
    return Fit.on(engine, on -> train(prepared, on, fit));
  }

  private Forecaster train(ForecastPreparation p, Engine engine, Fit fit) {
    var plan = p.plan();
    var levels = p.task().levels();
    var shape = plan.shape();
    var train = new WindowViews(p.channels(), shape, p.none(), p.train(), 1);
    var validation = views(p.channels(), shape, p.train(), p.validation(), MOST_VALIDATING);
    var body = RecurrentStack.of(Gru.cell(), plan.hidden()).layers(plan.layers())
        .dropout(plan.dropout());
    var outputs = Outputs.numbers(shape.horizon()).loss(Loss.quantile(levels));
    var parts = new SequenceToVector.Parts(Inputs.features(shape.features()), body, Pooling.LAST,
        outputs, seed);
    var from = request.from();
    var model = from == null ? parts.initialized()
        : parts.of(ParameterSource.startOf(from.model()));
    var recipe = Recipe.of(plan.epochs()).learningRate(plan.learningRate())
        .patience(plan.epochs());
    fit.run(Trainer.of(model).engine(engine).recipe(recipe),
        Batches.of(train, plan.batch(), plan.windows(), seed),
        Batches.inOrder(validation, plan.batch()), listener);
    var test = views(p.channels(), shape, p.validation(), p.test(), MOST_TESTING);
    var report = Backtest.of(model, engine, p.channels(), shape, levels, test);
    return new Forecaster(model, p.task(), report);
  }

  /// At most this many windows of a part, evenly spaced and not in phase with the season.
  private static WindowViews views(Channels channels, Shape shape, int[] from, int[] to, int most) {
    var all = new WindowViews(channels, shape, from, to, 1);
    if (all.count() == 0) {
      throw new DataException("no window of the series lies in the part that validates or tests");
    }
    int stride = Math.ceilDiv(all.count(), most);
    while (commonDivisor(stride, shape.season()) > 1) {
      stride++;
    }
    return stride == 1 ? all : new WindowViews(channels, shape, from, to, stride);
  }

  private static int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
  }
}
