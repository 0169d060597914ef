package dev.unroll.app.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.series.Aggregate;
import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The table of a task that learns from values over time.
public final class SeriesOptions {
  @Parameters(
      paramLabel = "DATA",
      description = "CSV, TSV, Parquet or JSON Lines with the names of the columns in its head.")
  @SuppressWarnings("NullAway.Init") // picocli requires it
  public Path data;

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      description = "The time stamps; none to take the rows in their order. Default: the first "
          + "column that has some.")
  private @Nullable String time;

  @Option(
      names = "--id",
      paramLabel = "COLUMN",
      description = "Which series a row belongs to, where there are several.")
  private @Nullable String id;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "ID",
      description = "Of several series, these alone.")
  private List<String> only = List.of();

  @Option(
      names = "--step",
      paramLabel = "DURATION",
      description = "Make even steps of rows at any times, such as 15min, 1h, 1d. Default: the rows"
          + " are steps.")
  private @Nullable String step;

  @Option(
      names = "--aggregate",
      paramLabel = "HOW",
      description = "With --step: mean or sum of the rows of a step. Default: mean.")
  private @Nullable Aggregate aggregate;

  /// Reads the table.
  public Series read(Terminal terminal) {
    return read(terminal, Series::of);
  }

  /// Reads the table.
  ///
  /// @param usual how, where the options do not say
  public Series read(Terminal terminal, Function<Table, Series> usual) {
    var table = Table.read(terminal.path(data));
    var series = usual.apply(table);
    if (time != null) {
      boolean none = time.equals("none") && !table.names().contains(time);
      series = none ? series.withoutTime() : series.time(time);
    }
    series = id == null ? series : series.id(id);
    if (aggregate != null && step == null) {
      throw new IllegalArgumentException(
          "--aggregate says how the rows of a step are taken together; give its length by --step");
    }
    series = only.isEmpty() ? series : series.only(only);
    return step == null ? series
        : series.step(TimeStep.parse(step), aggregate == null ? Aggregate.MEAN : aggregate);
  }
}
