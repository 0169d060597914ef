package dev.unroll.app.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.SafeFile;
import dev.unroll.table.Table;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The trials of a search as a table, `trials.csv`, a row for each trial on each rung in the order
/// in which they were made. A search that was killed goes on with it.
public final class TrialTable {
  /// The name of its file.
  public static final String FILE = "trials.csv";
  private static final String FAILED = "failed: ";

  private TrialTable() {}

  /// A trial that was made.
  ///
  /// @param trial its number
  /// @param rung from 0
  /// @param epochs in all
  /// @param figure on the validation data; NaN if it failed
  /// @param seconds of this rung
  /// @param failure the reason; empty if there is none
  public record Row(int trial, int rung, int epochs, Settings settings, double figure,
      double seconds, String failure) {

    /// Its state in a search.
    String state(Tuning<Settings> tuning) {
      if (!failure.isEmpty()) {
        return FAILED + failure;
      }
      if (tuning.goesOn(trial, rung)) {
        return "went on";
      }
      int last = tuning.finished() ? Integer.MAX_VALUE : tuning.waiting().getFirst().rung();
      boolean best = tuning.best().orElse(-1) == trial;
      return rung == last ? "waits" : tuning.finished() && best ? "best" : "ended";
    }
  }

  /// Replaces the file.
  ///
  /// @param figure the name of the figure
  /// @throws IOException one sentence
  public static void write(Path file, List<Row> rows, Tuning<Settings> tuning, String figure)
      throws IOException {
    var text = new StringBuilder("trial,rung,epochs,settings,%s,seconds,state\n"
        .formatted(quoted(figure)));
    for (var row : rows) {
      text.append("%d,%d,%d,%s,%s,%s,%s\n".formatted(row.trial, row.rung + 1, row.epochs,
          quoted(row.settings.toString()), Double.isNaN(row.figure) ? "" : row.figure,
          String.format(Locale.ROOT, "%.2f", row.seconds), quoted(row.state(tuning))));
    }
    SafeFile.write(file, text.toString().getBytes(UTF_8));
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"").replace("\n", " ") + '"';
  }

  /// The rows of a file; none if there is no such file.
  ///
  /// @param figure the name of the figure
  /// @throws IOException one sentence, if it cannot be read
  public static List<Row> read(Path file, String figure) throws IOException {
    var rows = new ArrayList<Row>();
    if (!Files.exists(file)) {
      return rows;
    }
    var table = Table.csv(file, ',');
    for (int i = 0; i < table.rows(); i++) {
      try {
        var state = table.column("state").text(i);
        var value = table.column(figure).text(i);
        rows.add(new Row(Integer.parseInt(table.column("trial").text(i)),
            Integer.parseInt(table.column("rung").text(i)) - 1,
            Integer.parseInt(table.column("epochs").text(i)),
            Settings.parse(table.column("settings").text(i)),
            value.isEmpty() ? Double.NaN : Double.parseDouble(value),
            Double.parseDouble(table.column("seconds").text(i)),
            state.startsWith(FAILED) ? state.substring(FAILED.length()) : ""));
      } catch (IllegalArgumentException e) {
        throw new FormatException("%s, line %d: %s; restore it, or start the search anew"
            .formatted(file, table.line(i), e.getMessage()), e);
      }
    }
    return rows;
  }
}
