package dev.unroll.app.command;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.series.Track;
import dev.unroll.table.Table;
import dev.unroll.task.forecast.Forecaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `unroll forecast`: forecasts the values after the last row of a table.
@Command(
    name = "forecast",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Prints what comes after the last row of a table, as CSV: time stamps and "
        + "quantiles. The model is one of unroll train forecast, and the table has the columns it "
        + "was trained on.",
    footer = {
      "",
      "Examples:",
      "  unroll forecast runs/forecast-1 load.csv",
      "  unroll forecast runs/forecast-1 load.csv > next.csv"
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

  public ForecastCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    return answer(terminal, Forecaster.load(RunFolder.model(terminal.folder(), model)),
        Objects.requireNonNull(history));
  }

  /// Prints what comes after the last row of a file.
  static int answer(Terminal terminal, Forecaster forecaster, Path history) throws IOException {
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
    forecaster.forecast(series).writeCsv(terminal.out());
    terminal.out().flush();
    return 0;
  }
}
