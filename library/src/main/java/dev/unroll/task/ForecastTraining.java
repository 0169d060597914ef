package dev.unroll.task;

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
import dev.unroll.score.ForecastErrors;
import dev.unroll.series.Calendar;
import dev.unroll.series.Season;
import dev.unroll.series.Series;
import dev.unroll.series.Track;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a [Forecaster] is trained. A value: each setting gives a changed copy; what is not set follows from the
/// data (`docs/defaults.md`).
public final class ForecastTraining {
  /// Passes over windows that validate and that are many add little.
  private static final int MOST_VALIDATING = 5_000;
  private static final int MOST_TESTING = 100_000;

  private final Settings settings;

  private record Settings(Horizon horizon, int season, int lookBack, int epochs,
      TimeSplit.Lengths lengths, double[] levels, long seed, @Nullable Engine engine,
      TrainingListener listener, Consumer<String> told) {}

  private ForecastTraining(Settings settings) {
    this.settings = settings;
  }

  static ForecastTraining of(Horizon horizon) {
    return new ForecastTraining(new Settings(horizon, 0, 0, 0, TimeSplit.Lengths.DEFAULT,
        new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, 1, null,
        TrainingListener.SILENT, _ -> {}));
  }

  /// After how many steps the series repeats itself; 1 for never. Unless said otherwise the usual one of the
  /// time step, or where it has none, that of the autocorrelation.
  public ForecastTraining season(int steps) {
    requirePositive("the season", steps);
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, steps, s.lookBack, s.epochs, s.lengths,
        s.levels, s.seed, s.engine, s.listener, s.told));
  }

  /// L, the steps that are read.
  public ForecastTraining lookBack(int steps) {
    requirePositive("the window", steps);
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, steps, s.epochs, s.lengths,
        s.levels, s.seed, s.engine, s.listener, s.told));
  }

  /// Epochs of the training.
  public ForecastTraining epochs(int epochs) {
    requirePositive("the number of epochs", epochs);
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, epochs, s.lengths,
        s.levels, s.seed, s.engine, s.listener, s.told));
  }

  /// The steps of each part, one after another from the first; what follows is not used.
  public ForecastTraining split(int train, int validation, int test) {
    requirePositive("the training part", train);
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs,
        new TimeSplit.Lengths(train, validation, test), s.levels, s.seed, s.engine, s.listener,
        s.told));
  }

  /// The steps of the last part, which tests; as many before them validate.
  public ForecastTraining test(int steps) {
    requirePositive("the test part", steps);
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs,
        new TimeSplit.Lengths(null, steps, steps), s.levels, s.seed, s.engine, s.listener,
        s.told));
  }

  /// The levels of the quantiles: 0.1, 0.2 … 0.9 unless said otherwise.
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
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs, s.lengths,
        levels.clone(), s.seed, s.engine, s.listener, s.told));
  }

  /// The seed of initial values, masks and the order of windows.
  public ForecastTraining seed(long seed) {
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs, s.lengths,
        s.levels, seed, s.engine, s.listener, s.told));
  }

  /// What computes; else an engine on all processors.
  public ForecastTraining engine(Engine engine) {
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs, s.lengths,
        s.levels, s.seed, engine, s.listener, s.told));
  }

  /// Who hears of the training as it goes.
  public ForecastTraining listener(TrainingListener listener) {
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs, s.lengths,
        s.levels, s.seed, s.engine, listener, s.told));
  }

  /// Who hears, before the training begins, what was understood of the data, a sentence each.
  public ForecastTraining onNote(Consumer<String> told) {
    var s = settings;
    return new ForecastTraining(new Settings(s.horizon, s.season, s.lookBack, s.epochs, s.lengths,
        s.levels, s.seed, s.engine, s.listener, told));
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s is %d, expected at least 1".formatted(what, value));
    }
  }

  /// Trains, and tests on the last part of the series.
  ///
  /// @throws DataException if the series cannot be read or is too short
  /// @throws dev.unroll.train.TrainingException if loss or gradients stop being finite
  public Forecaster train(Series series) {
    int horizon = settings.horizon.steps(series.step());
    var prepared = prepare(series, horizon);
    prepared.task.notes().forEach(settings.told);
    if (settings.engine != null) {
      return train(prepared, settings.engine);
    }
    try (var engine = Engine.of()) {
      return train(prepared, engine);
    }
  }

  /// All that is there before the training.
  private record Prepared(ForecastPlan plan, ForecastTask task, Channels channels, int[] none,
      int[] train, int[] validation, int[] test) {}

  private Prepared prepare(Series series, int horizon) {
    var notes = new ArrayList<String>();
    notes.add("%s; %s %s".formatted(series, series.targets().size() == 1 ? "target" : "targets",
        String.join(", ", series.targets())));
    notes.addAll(series.notes());
    var splits = new ArrayList<TimeSplit>();
    var lengths = new ArrayList<Integer>();
    var training = new ArrayList<double[]>();
    int targets = series.targets().size();
    for (var track : series.tracks()) {
      int length = 0;
      for (int c = 0; c < targets; c++) {
        length = Math.max(length, ChannelBuilder.end(track.columns()[c]));
      }
      var split = TimeSplit.of(length, horizon, settings.lengths, track);
      splits.add(split);
      lengths.add(split.train());
      for (int c = 0; c < targets; c++) {
        training.add(Arrays.copyOf(track.columns()[c], split.train()));
      }
    }
    int season =
        settings.season > 0 ? settings.season : Season.of(series.step(), training);
    var first = splits.getFirst();
    var track = series.tracks().getFirst();
    notes.add("train to %s, validate to %s, test to %s%s".formatted(track.stamp(first.train() - 1),
        track.stamp(first.validation() - 1), track.stamp(first.test() - 1),
        splits.size() > 1 ? " (the first series)" : ""));
    int usual = lengths.stream().sorted().toList().get(lengths.size() / 2);
    var calendar = Calendar.of(series.step(), usual);
    var scales = scales(series, splits, season);
    boolean gaps = training.stream().anyMatch(v -> Arrays.stream(v).anyMatch(Double::isNaN));
    var plan = ForecastPlan.of(new ForecastPlan.Data(usual, training.size(), series.past().size(),
        series.known().size(), gaps, calendar, season), horizon, settings.lookBack,
        settings.epochs);
    var shape = plan.shape();
    notes.add("horizon %d; season %d; reads %d steps in segments of %d%s".formatted(horizon, season,
        shape.lookBack(), shape.segment(), calendar.cycles().isEmpty() ? ""
            : ", calendar of " + calendar.cycles().toString().toLowerCase(java.util.Locale.ROOT)));
    var channels = new ChannelBuilder(series.targets(), series.past(), series.known(), calendar,
        horizon, shape.segment(), scales).of(series);
    var train = ends(channels, targets, splits, TimeSplit::train);
    var chosen = plan.with(AnchorChoice.of(channels, shape, train));
    notes.add("GRU of %d units, dropout %s, answers measured from %s; %d epochs of %d windows"
        .formatted(plan.hidden(), plan.dropout(), chosen.shape().anchor().words(), plan.epochs(),
            plan.windows()));
    var task = new ForecastTask(chosen.shape(), series.step(), calendar, series.timeColumn(),
        series.idColumn(), series.targets(), series.past(), series.known(), scales,
        settings.levels, List.copyOf(notes));
    return new Prepared(chosen, task, channels, new int[channels.count()], train,
        ends(channels, targets, splits, TimeSplit::validation),
        ends(channels, targets, splits, TimeSplit::test));
  }

  private interface End {
    int of(TimeSplit split);
  }

  private static int[] ends(Channels channels, int targets, List<TimeSplit> splits, End end) {
    var ends = new int[channels.count()];
    for (int c = 0; c < ends.length; c++) {
      ends[c] = end.of(splits.get(c / targets));
    }
    return ends;
  }

  private static List<Scale> scales(Series series, List<TimeSplit> splits, int season) {
    var names = new ArrayList<>(series.targets());
    names.addAll(series.past());
    names.addAll(series.known());
    var scales = new ArrayList<Scale>();
    for (int i = 0; i < splits.size(); i++) {
      Track track = series.tracks().get(i);
      for (int c = 0; c < names.size(); c++) {
        var values = track.columns()[c];
        int train = splits.get(i).train();
        double seasonal = Double.NaN;
        if (c < series.targets().size() && train > season) {
          seasonal = ForecastErrors.seasonalScale(Arrays.copyOf(values, train), season);
        }
        scales.add(Scale.of(track.id(), names.get(c), values, train, seasonal));
      }
    }
    return scales;
  }

  private Forecaster train(Prepared p, Engine engine) {
    var plan = p.plan;
    var shape = plan.shape();
    var train = new WindowViews(p.channels, shape, p.none, p.train, 1);
    var validation = views(p.channels, shape, p.train, p.validation, MOST_VALIDATING);
    var body = RecurrentStack.of(Gru.cell(), plan.hidden()).dropout(plan.dropout());
    var outputs = Outputs.numbers(shape.horizon()).loss(Loss.quantile(settings.levels));
    var model = SequenceToVector.of(Inputs.features(shape.features()), body, Pooling.LAST, outputs,
        settings.seed);
    var recipe = Recipe.of(plan.epochs()).learningRate(plan.learningRate())
        .patience(plan.epochs());
    Trainer.of(model).seed(settings.seed).engine(engine).recipe(recipe)
        .listener(settings.listener)
        .fit(Batches.of(train, plan.batch(), plan.windows(), settings.seed),
            Batches.inOrder(validation, plan.batch()));
    var test = views(p.channels, shape, p.validation, p.test, MOST_TESTING);
    var report = Backtest.of(model, engine, p.channels, shape, settings.levels, test);
    return new Forecaster(model, p.task, report);
  }

  /// Windows of a part, not more than so many: evenly, and in no rhythm with the season.
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
