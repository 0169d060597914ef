package dev.unroll.app.task;

import dev.unroll.app.run.TrialTable;
import dev.unroll.task.report.ReportLine;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Tunable;
import dev.unroll.task.tune.Tuning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// What a search has found: the best trials beside the defaults.
///
/// @param rows all trials that were made
public record TrialReport(Tunable tunable, Tuning<Settings> tuning, List<TrialTable.Row> rows) {
  private static final int MOST = 10;

  /// Copies the list.
  public TrialReport {
    rows = List.copyOf(rows);
  }

  /// The names of the settings, in order.
  public List<String> names() {
    return List.copyOf(tunable.space().defaults().keySet());
  }

  /// The last row of each trial, the best first: those with more epochs before those with fewer.
  public List<TrialTable.Row> ranked() {
    var last = new ArrayList<TrialTable.Row>();
    for (int trial = 0; trial < tuning.candidates().size(); trial++) {
      int number = trial;
      rows.stream().filter(row -> row.trial() == number && row.failure().isEmpty())
          .max(Comparator.comparingInt(TrialTable.Row::rung)).ifPresent(last::add);
    }
    last.sort(Comparator.comparingInt((TrialTable.Row row) -> -row.rung())
        .thenComparingDouble(row -> tunable.larger() ? -row.figure() : row.figure())
        .thenComparingInt(TrialTable.Row::trial));
    return last;
  }

  /// The value of a setting in a trial.
  public double value(TrialTable.Row row, String name) {
    return row.settings().number(name,
        Objects.requireNonNull(tunable.space().defaults().get(name)));
  }

  /// The best ten and the defaults; of settings only what differs from the defaults.
  public String text() {
    var names = names();
    var text = new StringBuilder();
    var head = new StringBuilder(String.format(Locale.ROOT, "%-10s %7s %12s", "trial", "epochs",
        tunable.figure()));
    names.forEach(name -> head.append(String.format(Locale.ROOT, " %10s", name)));
    ReportLine.add(text, "%s", head);
    var ranked = ranked();
    ranked.stream().filter(row -> row.trial() == 0).forEach(row -> line(text, row, names));
    ranked.stream().filter(row -> row.trial() != 0).limit(MOST)
        .forEach(row -> line(text, row, names));
    long failed = rows.stream().filter(row -> !row.failure().isEmpty()).count();
    if (failed > 0) {
      ReportLine.add(text, "%d of %d trials failed", failed, tuning.candidates().size());
    }
    return text.toString();
  }

  private void line(StringBuilder text, TrialTable.Row row, List<String> names) {
    var line = new StringBuilder(String.format(Locale.ROOT, "%-10s %7d %12.4f",
        row.trial() == 0 ? "defaults" : row.trial(), row.epochs(), row.figure()));
    for (var name : names) {
      double value = value(row, name);
      boolean same = row.trial() != 0
          && Objects.equals(tunable.space().defaults().get(name), value);
      line.append(String.format(Locale.ROOT, " %10s", same ? "·" : Settings.text(value)));
    }
    if (tuning.best().orElse(-1) == row.trial()) {
      line.append("   the best");
    }
    ReportLine.add(text, "%s", line);
  }
}
