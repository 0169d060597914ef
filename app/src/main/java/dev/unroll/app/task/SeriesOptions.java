package dev.unroll.app.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.series.Series;
import dev.unroll.table.Table;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The table of a task that learns from values over time.
public final class SeriesOptions {
  @Parameters(
      paramLabel = "DATA",
      description = "CSV, TSV or JSON Lines with the names of the columns in its head.")
  @SuppressWarnings("NullAway.Init") // picocli requires it
  public Path data;

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      description = "The time stamps. Default: the first column that has some.")
  private @Nullable String time;

  /// Reads the table.
  public Series read(Terminal terminal) {
    var series = Series.of(Table.read(terminal.path(data)));
    return time == null ? series : series.time(time);
  }
}
