package dev.unroll.app.command.task;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.ForecastPage;
import dev.unroll.app.task.SeriesOptions;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.Understood;
import dev.unroll.series.Series;
import dev.unroll.task.Effort;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.forecast.ForecastTraining;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `unroll train forecast`: trains a forecaster on a table with time stamps.
@Command(
    name = "forecast",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a forecaster of the columns of a table, one row a step of time: quantiles of the "
          + "next N"
          + " steps. Tests on the last tenth, beside the naive and the seasonal naive forecast."
    },
    footer = {
      "",
      "Examples:",
      "  unroll train forecast load.csv --time date --target OT --horizon 24",
      "  unroll train forecast load.csv --target OT --past HUFL,HULL --horizon 7d",
      "  unroll train forecast load.csv --target OT --horizon 24 --tune 27",
      "  unroll train forecast shops.csv --id shop --target sales --known price --horizon 12months"
    })
public final class TrainForecastCommand extends TaskTraining {
  private static final String NAME = "forecast";
  private static final Map<About, String> OPTIONS =
      Map.of(About.DATA, "--time, --target, --past, --known, --id, --step", About.SPLIT,
          "--test, --split",
          About.INPUT, "--horizon, --season, --window", About.MODEL,
          "--quantiles, --effort, --seed",
          About.TRAINING, "--epochs, --effort");
  private static final Pattern SPLIT = Pattern.compile("(\\d{1,9})/(\\d{1,9})/(\\d{1,9})");

  @Mixin
  private SeriesOptions table = new SeriesOptions();

  @Option(
      names = "--target",
      split = ",",
      paramLabel = "COLUMN",
      description = "What is forecast. Default: all columns of numbers that are nothing else.")
  private String[] target = {};

  @Option(
      names = "--horizon",
      paramLabel = "N",
      description = "How far ahead: a number of steps, or a time such as 24h, 7d, 12months. With"
          + " --from it is that of the model.")
  private String horizon = "";

  @Option(
      names = "--past",
      split = ",",
      paramLabel = "COLUMN",
      description = "Covariates that are known up to now.")
  private String[] past = {};

  @Option(
      names = "--known",
      split = ",",
      paramLabel = "COLUMN",
      description = "Covariates that are known ahead.")
  private String[] known = {};

  @Option(
      names = "--season",
      paramLabel = "STEPS",
      description = "After how many steps the series repeats itself, 1 for never. Default: the "
          + "usual one of"
          + " the time step; without time that of the autocorrelation.")
  private @Nullable Integer season;

  @Option(
      names = "--window",
      paramLabel = "STEPS",
      description = "How many steps are read. Default: a quarter of the training part, at most "
          + "336.")
  private @Nullable Integer window;

  @Option(
      names = "--test",
      paramLabel = "STEPS",
      description = "The last steps, which test; as many before them validate. Default: a tenth, "
          + "at least a"
          + " horizon.")
  private @Nullable Integer test;

  @Option(
      names = "--split",
      paramLabel = "A/B/C",
      description = "Steps that train, validate and test, one after another; the rest is not used.")
  private @Nullable String split;

  @Option(
      names = "--quantiles",
      split = ",",
      paramLabel = "Q",
      description = "Ascending, with 0.5 among them. Default: 0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9.")
  private double[] quantiles = {};

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the windows. Default: so many that there are about 2000 steps.")
  private @Nullable Integer epochs;

  @Option(
      names = "--effort",
      paramLabel = "HOW",
      description = "quick, normal or thorough: time against quality. Default: normal.")
  private Effort effort = Effort.NORMAL;

  @ArgGroup(validate = false, heading = "%nThe training:%n")
  private TaskRunOptions options = new TaskRunOptions();

  private @Nullable Forecaster begun;
  private @Nullable Series series;

  public TrainForecastCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  String task() {
    return NAME;
  }

  @Override
  TaskRunOptions options() {
    return options;
  }

  @Override
  List<String> files() {
    return List.of(table.data.toString());
  }

  @Override
  void read() throws IOException {
    begun = begun(Forecaster::of);
    training(); // errors of options before those of data
    var from = begun;
    if (from == null) {
      series = table.read(terminal).target(target).past(past).known(known);
    } else {
      requireSame(from);
      series = table.read(terminal, from::read);
    }
  }

  private void requireSame(Forecaster from) {
    requireSame("--target", target, from.targets());
    requireSame("--past", past, from.past());
    requireSame("--known", known, from.known());
    if (!horizon.isEmpty() && Horizon.parse(horizon).steps(from.step()) != from.horizon()) {
      requireSame("--horizon", horizon, from.horizon() + " steps");
    }
    requireSame("--season", season, from.season());
    requireSame("--window", window, from.lookBack());
    requireSame("--quantiles", Arrays.stream(quantiles).mapToObj(Double::toString).toArray(
        String[]::new), from.levels().stream().map(level -> Double.toString(level)).toList());
  }

  private void requireSame(String option, String[] given, List<String> has) {
    requireSame(option, String.join(",", given), has.isEmpty() ? "none" : String.join(",", has));
  }

  private ForecastTraining training() {
    var from = begun;
    if (horizon.isEmpty() && from == null) {
      throw new IllegalArgumentException("--horizon is missing: how far ahead is forecast, a number"
          + " of steps, or a time such as 24h, 7d, 12months");
    }
    return training(Forecaster.training(
        horizon.isEmpty() && from != null ? Horizon.steps(from.horizon()) : Horizon.parse(horizon)))
        .from(from);
  }

  @Override
  Prepared prepare(Request request, Engine engine) {
    var read = requireNonNull(series);
    var training = training().seed(options.seed)
        .settings(request.settings()).engine(engine)
        .onUnderstood(Understood.printer(terminal, !request.told(), OPTIONS));
    return new Prepared(() -> training.tunable(read), "forecast values", true,
        (listener, fit) -> new Result(
            training.listener(listener).train(read, fit), read));
  }

  private final class Result implements Trained {
    private final Forecaster forecaster;
    private final Series series;

    Result(Forecaster forecaster, Series series) {
      this.forecaster = forecaster;
      this.series = series;
    }

    @Override
    public void save(Path file) throws IOException {
      forecaster.save(file);
    }

    @Override
    public void show(Path folder) throws IOException {
      ForecastPage.of(String.valueOf(folder.getFileName()), forecaster, series)
          .write(folder.resolve(RunFolder.REPORT));
      terminal.println("\n%s\n".formatted(forecaster.report()));
    }

    @Override
    public String next(Path folder) {
      return "done: %s, with a page, %s; next:\n  %s forecast %s %s".formatted(folder,
          RunFolder.REPORT, unroll(), ShellWord.of(folder),
          ShellWord.of(table.data));
    }
  }

  private ForecastTraining training(ForecastTraining training) {
    var chosen = training.effort(effort);
    if (season != null) {
      chosen = chosen.season(season);
    }
    if (window != null) {
      chosen = chosen.lookBack(window);
    }
    if (epochs != null) {
      chosen = chosen.epochs(epochs);
    }
    if (quantiles.length > 0) {
      chosen = chosen.quantiles(quantiles);
    }
    if (test != null && split != null) {
      throw new IllegalArgumentException(
          "--test and --split both say what tests; give one of them");
    }
    if (test != null) {
      chosen = chosen.test(test);
    }
    if (split != null) {
      var parts = SPLIT.matcher(split);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "--split is %s, expected steps that train, validate and test, such as 8640/2880/2880"
                .formatted(split));
      }
      chosen = chosen.split(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)),
          Integer.parseInt(parts.group(3)));
    }
    return chosen;
  }
}
