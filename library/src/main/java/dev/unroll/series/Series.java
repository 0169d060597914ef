package dev.unroll.series;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One series or many: values at even steps of time, and the role of each column. A value: each
/// setting returns a changed copy.
///
/// ```java
/// var series = Series.of(values).start(LocalDateTime.of(2016, 7, 1, 0, 0), TimeStep.hours(1));
/// var load = Series.csv(Path.of("load.csv")).time("date").target("OT").past("HUFL", "HULL");
/// ```
///
/// | column | is |
/// | --- | --- |
/// | time | the time stamps, in the usual formats, detected automatically |
/// | id | the series that a row belongs to, if there are several |
/// | target | forecast; by default every numeric column without another role |
/// | past | a covariate that is known up to the present |
/// | known | a covariate that is known ahead, such as holidays or prices |
///
/// Several series in one file need an id; where many rows have the same time stamp and one column
/// tells them apart, that is the id ([#notes]). Numbers may have decimal commas. Rows may come in
/// any order; missing steps are reported and left out of training ([#notes]). The columns are read
/// at the first use, and kept. Safe for use by several threads.
public final class Series {
  private final SeriesRows columns;
  private final Roles roles;
  private final Predicate<Track> kept;
  private final UnaryOperator<Track> cut;
  private @Nullable Regular regular;

  /// The series with regular steps.
  record Regular(@Nullable String time, @Nullable String id, List<String> targets,
      List<Track> tracks, List<String> notes) {}

  private Series(SeriesRows columns, Roles roles, Predicate<Track> kept, UnaryOperator<Track> cut) {
    this.columns = columns;
    this.roles = roles;
    this.kept = kept;
    this.cut = cut;
  }

  static Series of(SeriesRows columns) {
    return new Series(columns, Roles.NONE, _ -> true, UnaryOperator.identity());
  }

  /// One series of values, the oldest first; NaN if one is missing. Not copied.
  public static Series of(double... values) {
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("value", values);
    return columns(columns);
  }

  /// SeriesRows of values by name, the oldest first; NaN if one is missing. Not copied.
  ///
  /// @throws DataException if there is none, or they differ in length
  public static Series columns(SequencedMap<String, double[]> columns) {
    return of(new PlainColumns(columns));
  }

  /// Reads the columns of a CSV file with a header, as [Table#csv].
  ///
  /// @throws DataException one sentence, if it cannot be read as a table
  public static Series csv(Path file) {
    return of(Table.csv(file));
  }

  /// The columns of a table.
  public static Series of(Table table) {
    return of(new TableColumns(table));
  }

  /// Sets the column with the time stamps. Dates without a time of day are joined with the column
  /// that has it, if there is one.
  public Series time(String column) {
    return with(roles.time(column));
  }

  /// Takes the rows in their order, one step each, whatever their columns look like.
  public Series withoutTime() {
    return with(roles.time(null));
  }

  /// Sets the column that identifies the series of a row.
  public Series id(String column) {
    return with(roles.id(column));
  }

  /// Sets the columns to forecast.
  public Series target(String... columns) {
    return with(roles.targets(List.of(columns)));
  }

  /// Sets the covariates that are known up to the present.
  public Series past(String... columns) {
    return with(roles.past(List.of(columns)));
  }

  /// Sets the covariates that are known ahead; their columns continue after the targets end.
  public Series known(String... columns) {
    return with(roles.known(List.of(columns)));
  }

  /// Sets the time of the first row and the time step, for a series without a time column.
  public Series start(LocalDateTime start, TimeStep step) {
    return with(roles.start(FirstRow.of(start), step));
  }

  /// The same with a time as it is written in the data: `2016-07-01 13:00`, `7/1/2016`. The times
  /// of other steps are written like it, unless that is too coarse for them.
  ///
  /// @throws dev.unroll.data.DataException if it is no time stamp in a form that is known
  public Series start(String start, TimeStep step) {
    return with(roles.start(FirstRow.of(start, step), step));
  }

  /// Makes even steps of rows at any times: the mean of the values within each step.
  public Series step(TimeStep width) {
    return step(width, Aggregate.MEAN);
  }

  /// Makes even steps of rows at any times, with one value for those within each step.
  public Series step(TimeStep width, Aggregate how) {
    return with(roles.step(width, how));
  }

  /// The same with a step such as `15min`, `1h` or `1d`: [TimeStep#parse].
  public Series step(String width) {
    return step(TimeStep.parse(width));
  }

  private Series with(Roles roles) {
    return new Series(columns, roles, kept, cut);
  }

  /// Some of the series, by their ids.
  public Series only(Collection<String> ids) {
    var chosen = Set.copyOf(ids);
    return new Series(columns, roles, track -> kept.test(track) && chosen.contains(track.id()),
        cut);
  }

  /// The last steps of each series, for a duration.
  ///
  /// @throws DataException if the steps have no time
  public Series last(Duration time) {
    var step = step();
    if (step.unit() == TimeStep.Unit.STEP) {
      throw new DataException(columns.source()
          + " has no time stamps; say which column has them by time(…), or take a number of steps");
    }
    return last((int) Math.max(1, Math.round(time.toMillis() / step.duration(1))));
  }

  /// The last n steps of each series; all steps of a shorter one.
  public Series last(int n) {
    return cut(track -> track.part(Math.max(0, track.length() - n), track.length()));
  }

  /// The first n steps of each series; all steps of a shorter one.
  public Series first(int n) {
    return cut(track -> track.part(0, Math.min(n, track.length())));
  }

  private Series cut(UnaryOperator<Track> more) {
    return new Series(columns, roles, kept, track -> more.apply(cut.apply(track)));
  }

  /// The columns to forecast.
  ///
  /// @throws DataException if the rows cannot be read as a series, with the place; likewise for the
  ///     next methods
  public List<String> targets() {
    return regular().targets;
  }

  /// The covariates that are known up to the present.
  public List<String> past() {
    return roles.past();
  }

  /// The covariates that are known ahead.
  public List<String> known() {
    return roles.known();
  }

  /// The series, with regular steps.
  public List<Track> tracks() {
    return regular().tracks;
  }

  /// The time step.
  public TimeStep step() {
    return tracks().getFirst().step();
  }

  /// Notes about irregular data, a sentence each: rows out of order, gaps, missing values.
  public List<String> notes() {
    return regular().notes;
  }

  /// The column with the time stamps; null if there is none.
  public @Nullable String timeColumn() {
    return regular().time;
  }

  /// The column that identifies the series of a row; null if there is none.
  public @Nullable String idColumn() {
    return regular().id;
  }

  /// The columns of time and id for a sentence, such as `time date; id shop; `.
  public String timeAndId() {
    var time = regular().time;
    var id = regular().id;
    return (time != null ? "time %s; ".formatted(time)
        : step().unit() == TimeStep.Unit.STEP ? "no column of times; " : "")
        + (id == null ? "" : "id %s; ".formatted(id));
  }

  /// How the values within a step became one; null for values at steps.
  public @Nullable Aggregate aggregate() {
    return roles.aggregate();
  }

  /// The name of the source, for the beginning of a message.
  public String source() {
    return columns.source();
  }

  private synchronized Regular regular() {
    if (regular == null) {
      regular = read();
    }
    return regular;
  }

  private Regular read() {
    var read = SeriesReader.read(columns, roles);
    var tracks = read.tracks().stream().filter(kept).map(cut).toList();
    if (tracks.isEmpty()) {
      throw new DataException("%s has none of the series that are asked for; it has %s"
          .formatted(source(), Excerpt.of(String.join(", ",
              read.tracks().stream().map(Track::id).toList()))));
    }
    return new Regular(read.time(), read.id(), read.targets(), tracks, read.notes());
  }

  @Override
  public String toString() {
    var tracks = tracks();
    long steps = tracks.stream().mapToLong(Track::length).sum();
    return "%s%d steps of %s".formatted(
        tracks.size() == 1 ? "" : tracks.size() + " series, ", steps, step());
  }
}
