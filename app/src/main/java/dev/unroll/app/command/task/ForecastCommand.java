package dev.unroll.app.command.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.series.Track;
import dev.unroll.table.Table;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll forecast`: forecasts the values after the last row of a table.
@Command(
    name = "forecast",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Prints what comes after the last row of a table, as CSV: time stamps and "
        + "quantiles. The model is one of unroll train forecast, and the table has the columns it "
        + "was trained on. More steps than it has learned are forecast in blocks, each of which "
        + "reads the medians of those before it.",
    footer = {
      "",
      "Examples:",
      "  unroll forecast runs/forecast-1 load.csv",
      "  unroll forecast runs/forecast-1 load.csv > next.csv",
      "  unroll forecast runs/forecast-1 load.csv --horizon 48"
    })
public final class ForecastCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run.")
  private @Nullable Path model;

  @Parameters(
      index = "1",
      paramLabel = "HISTORY",
      description = "CSV, TSV, Parquet or JSON Lines that ends where the forecast begins.")
  private @Nullable Path history;

  @Option(
      names = "--horizon",
      paramLabel = "N",
      description = "How far ahead: a number of steps, or a time such as 24h, 7d, 12months. "
          + "Default: as it was trained.")
  private @Nullable String horizon;

  public ForecastCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    return answer(terminal, Forecaster.load(RunFolder.model(terminal.folder(), model)),
        Objects.requireNonNull(history), horizon == null ? null : Horizon.parse(horizon));
  }

  /// Prints what comes after the last row of a file.
  ///
  /// @param ahead how far; null as far as it has learned
  public static int answer(Terminal terminal, Forecaster forecaster, Path history,
      @Nullable Horizon ahead) throws IOException {
    var table = Table.read(terminal.path(history));
    var series = forecaster.read(table);
    if (series.tracks().size() > 1) {
      var enough = forecaster.longEnough(series);
      if (enough.tracks().size() < series.tracks().size()) {
        var ids = enough.tracks().stream().map(Track::id).toList();
        terminal.err().println(("unroll: left out, as they are shorter than the %d steps that are "
            + "read: %s").formatted(forecaster.lookBack(), series.tracks().stream().map(Track::id)
                .filter(id -> !ids.contains(id)).collect(Collectors.joining(", "))));
      }
      series = enough;
    }
    int learned = forecaster.horizon();
    int steps = ahead == null ? learned : ahead.steps(series.step());
    var forecast = forecaster.forecast(series, Horizon.steps(steps));
    if (steps > learned) {
      terminal.err().println(("unroll: only %d steps were learned; those after them are forecast "
          + "from medians of forecasts, and their quantiles, of single blocks of %d steps, are too "
          + "narrow").formatted(learned, learned));
    }
    forecast.writeCsv(terminal.out());
    terminal.out().flush();
    return 0;
  }
}
