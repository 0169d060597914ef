package dev.unroll.task.forecast;

import dev.unroll.data.DataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A probabilistic forecast as quantiles, in the units of the data. A value.
///
/// @param lines one for each column that is forecast, and for each series
public record Forecast(List<Line> lines) {

  /// One column of one series.
  ///
  /// @param id of the series; empty where there is one
  /// @param target the column
  /// @param steps in the order of time
  public record Line(String id, String target, List<Step> steps) {

    /// Step i of the horizon, from 0.
    public Step at(int i) {
      return steps.get(i);
    }
  }

  /// One step.
  ///
  /// @param time its time stamp as text
  /// @param levels of the quantiles, ascending
  /// @param quantiles the value at each level, ascending
  public record Step(String time, List<Double> levels, List<Double> quantiles) {

    /// The median.
    public double median() {
      return quantile(0.5);
    }

    /// The mean of the quantiles.
    public double mean() {
      return quantiles.stream().mapToDouble(q -> q).sum() / quantiles.size();
    }

    /// The quantile at a level, below which the true value is with that probability: interpolated
    /// linearly between two learned quantiles.
    ///
    /// @throws IllegalArgumentException if the level is outside the range of the learned ones
    public double quantile(double level) {
      int last = levels.size() - 1;
      if (!(level >= levels.getFirst() && level <= levels.getLast())) {
        throw new IllegalArgumentException(
            "the quantile %s is asked, but %s to %s were learned; train with the levels you need"
                .formatted(level, levels.getFirst(), levels.getLast()));
      }
      int i = 0;
      while (i < last && levels.get(i + 1) < level) {
        i++;
      }
      if (i == last) {
        return quantiles.get(last);
      }
      double share = (level - levels.get(i)) / (levels.get(i + 1) - levels.get(i));
      return quantiles.get(i) + share * (quantiles.get(i + 1) - quantiles.get(i));
    }
  }

  /// The only line.
  ///
  /// @throws IllegalStateException if there are several
  public Line line() {
    if (lines.size() != 1) {
      throw new IllegalStateException("the forecast has %d lines, %s; choose one by of(target)"
          .formatted(lines.size(), lines.stream().map(Line::target).distinct().toList()));
    }
    return lines.getFirst();
  }

  /// The line of a column, if there is one series.
  ///
  /// @throws DataException if there is none, or more than one
  public Line of(String target) {
    var found = lines.stream().filter(line -> line.target().equals(target)).toList();
    if (found.size() != 1) {
      throw new DataException("the forecast has %d lines of %s; its columns are %s".formatted(
          found.size(), target, lines.stream().map(Line::target).distinct().toList()));
    }
    return found.getFirst();
  }

  /// Step i of the only line, from 0.
  ///
  /// @throws IllegalStateException if there are several lines
  public Step at(int i) {
    return line().at(i);
  }

  /// The number of steps of the horizon.
  public int length() {
    return lines.getFirst().steps().size();
  }

  /// Writes a row for each step: the series if there are several, the time, the column if there are
  /// several, and the quantiles `q0.1`, `q0.5` ….
  public void writeCsv(Path path) throws IOException {
    try (var writer = Files.newBufferedWriter(path, StandardCharsets.UTF_8)) {
      writeCsv(writer);
    }
  }

  /// The same to a writer, which stays open.
  public void writeCsv(Writer writer) throws IOException {
    var out = new BufferedWriter(writer);
    boolean ids = lines.stream().anyMatch(line -> !line.id().isEmpty());
    boolean targets = lines.stream().map(Line::target).distinct().count() > 1;
    var levels = lines.getFirst().at(0).levels();
    out.write((ids ? "id," : "") + "time," + (targets ? "target," : "")
        + levels.stream().map(l -> "q" + l).collect(Collectors.joining(",")) + "\n");
    for (var line : lines) {
      for (var step : line.steps()) {
        out.write((ids ? cell(line.id()) + "," : "") + step.time() + ","
            + (targets ? cell(line.target()) + "," : "") + step.quantiles().stream()
                .map(q -> String.format(Locale.ROOT, "%.6g", q)).collect(Collectors.joining(","))
            + "\n");
      }
    }
    out.flush();
  }

  private static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /// The rows that [#writeCsv(Path)] writes.
  @Override
  public String toString() {
    var text = new java.io.StringWriter();
    try {
      writeCsv(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string writer does not fail
    }
    return text.toString();
  }
}
