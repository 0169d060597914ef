package dev.unroll.app.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.data.DataException;
import dev.unroll.format.json.Json;
import dev.unroll.score.NabScore.Window;
import dev.unroll.series.Track;
import dev.unroll.table.Table;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.detect.DetectorReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Evaluates a detector on a table of which the anomalies are known, from a column or from a file
/// of windows; without a table, its report on the training data.
///
/// @param data the table; null for the training data
/// @param label a column that is 1 where a value is an anomaly
/// @param windows a file of windows:
///     `{"cpu.csv": [["2014-04-10 07:15:00", "2014-04-11 16:45:00"]]}`
public record DetectorEvaluation(Terminal terminal, @Nullable String data, @Nullable String label,
    @Nullable Path windows) {

  /// The report.
  ///
  /// @throws DataException if the anomalies cannot be read
  public DetectorReport of(Detector detector) throws IOException {
    if (data == null) {
      return detector.report();
    }
    if ((label == null) == (windows == null)) {
      throw new IllegalArgumentException("a detector is measured by known anomalies; give either "
          + "--label COLUMN, which is 1 where a value is one, or --windows FILE");
    }
    var series = detector.read(Table.read(terminal.path(Path.of(data))));
    series = label == null ? series : series.past(label);
    var track = series.tracks().getFirst();
    return detector.evaluate(series, label != null ? runs(track, label)
        : read(terminal.path(windows), track));
  }

  /// The runs of ones.
  private static List<Window> runs(Track track, String label) {
    var runs = new ArrayList<Window>();
    var labels = track.columns()[1];
    int from = -1;
    for (int t = 0; t <= labels.length; t++) {
      double one = t < labels.length ? labels[t] : 0;
      if (one != 0 && one != 1 && !Double.isNaN(one)) {
        throw new DataException("the column %s has %s at %s, expected 0 or 1".formatted(label, one,
            track.stamp(t)));
      }
      if (one == 1 && from < 0) {
        from = t;
      } else if (one != 1 && from >= 0) {
        runs.add(new Window(from, t - 1));
        from = -1;
      }
    }
    if (runs.isEmpty()) {
      throw new DataException(
          "the column %s is never 1; bring data with at least one anomaly".formatted(label));
    }
    return runs;
  }

  private List<Window> read(Path file, Track track) throws IOException {
    var parsed = Json.parse(Files.readString(file), file.toString());
    var name = String.valueOf(Path.of(String.valueOf(data)).getFileName()).replace("__", "/");
    if (parsed instanceof Map<?, ?> byFile) {
      parsed = byFile.entrySet().stream()
          .filter(entry -> ends(String.valueOf(entry.getKey()), name)).findFirst()
          .orElseThrow(() -> new DataException("%s has no windows of %s; its files are %s"
              .formatted(file, name, byFile.keySet())))
          .getValue();
    }
    if (!(parsed instanceof List<?> all)) {
      throw unreadable(file, parsed);
    }
    var found = new ArrayList<Window>();
    for (var each : all) {
      if (!(each instanceof List<?> ends) || ends.size() != 2) {
        throw unreadable(file, each);
      }
      found.add(new Window(step(file, track, ends.getFirst()), step(file, track, ends.getLast())));
    }
    found.sort(Comparator.comparingInt(Window::from));
    return found;
  }

  private static boolean ends(String path, String name) {
    return path.equals(name) || path.endsWith("/" + name) || name.endsWith("/" + path);
  }

  private static int step(Path file, Track track, @Nullable Object time) {
    if (!track.hasTime()) {
      throw new DataException("the data has no time stamps, so that windows of time say nothing; "
          + "give a column by --label");
    }
    try {
      var text = String.valueOf(time).strip().replace(' ', 'T');
      return Math.toIntExact(
          track.step().stepsBetween(track.time(0), LocalDateTime.parse(text)));
    } catch (DateTimeParseException | ArithmeticException e) {
      throw unreadable(file, time);
    }
  }

  private static DataException unreadable(Path file, @Nullable Object what) {
    return new DataException(("%s has %s, expected windows such as [[\"2014-04-10 07:15:00\", "
        + "\"2014-04-11 16:45:00\"]]").formatted(file, what));
  }
}
