package dev.unroll.app.task;

import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Parallel;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.run.TrialTable;
import dev.unroll.task.tune.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The page of a search: every trial as a line through its settings, and as a row of a table.
public final class TuningPage {
  private TuningPage() {}

  /// The page.
  ///
  /// @param name of the run
  public static Page of(String name, TrialReport report) {
    var ranked = report.ranked();
    var figure = report.tunable().figure();
    var figures = new ArrayList<Figure>();
    int best = report.tuning().best().orElse(-1);
    for (var row : ranked) {
      if (row.trial() == best) {
        figures.add(new Figure(figure + " of the best", shown(row.figure())));
      }
      if (row.trial() == 0) {
        figures.add(new Figure(figure + " of the defaults", shown(row.figure())));
      }
    }
    figures.add(new Figure("trials", Integer.toString(report.tuning().candidates().size())));
    figures.add(new Figure("seconds", String.format(Locale.ROOT, "%.0f",
        report.rows().stream().mapToDouble(TrialTable.Row::seconds).sum())));
    return Page.of(name, "A search for settings by successive halving; figures are of the data that"
        + " validates.").figures(figures)
        .with(Section.of("", parallel(report, ranked), table(report, ranked)));
  }

  private static Parallel parallel(TrialReport report, List<TrialTable.Row> ranked) {
    var names = report.names();
    var axes = new ArrayList<Parallel.Scale>();
    names.forEach(name -> axes.add(new Parallel.Scale(name, !name.equals("dropout")
        && !name.equals("layers"))));
    axes.add(new Parallel.Scale("epochs", true));
    axes.add(new Parallel.Scale(report.tunable().figure(), false));
    var lines = new ArrayList<Parallel.Path>();
    int best = report.tuning().best().orElse(-1);
    for (var row : ranked.reversed()) { // the best ones over the others
      var values = new ArrayList<Double>();
      names.forEach(name -> values.add(report.value(row, name)));
      values.add((double) row.epochs());
      values.add(row.figure());
      var called = row.trial() == 0 ? "trial 0, the defaults" : "trial " + row.trial();
      lines.add(new Parallel.Path(row.trial() == best ? called + ", the best" : called, values,
          row.trial() == best || row.trial() == 0));
    }
    return new Parallel(Caption.of("Trials", "Each line is a trial, through the values of its"
        + " settings; the stronger its color, the better its "
        + report.tunable().figure() + ". Those with few epochs were dropped early. Dashed: the"
        + " defaults."),
        axes, lines, report.tunable().larger());
  }

  private static TableElement table(TrialReport report, List<TrialTable.Row> ranked) {
    var columns = new ArrayList<>(List.of("trial", "epochs", report.tunable().figure()));
    columns.addAll(report.names());
    columns.add("seconds");
    var rows = new ArrayList<List<String>>();
    int marked = -1;
    for (var row : ranked) {
      if (row.trial() == report.tuning().best().orElse(-1)) {
        marked = rows.size();
      }
      var cells = new ArrayList<>(List.of(Integer.toString(row.trial()),
          Integer.toString(row.epochs()), shown(row.figure())));
      report.names().forEach(name -> cells.add(Settings.text(report.value(row, name))));
      double seconds = report.rows().stream().filter(one -> one.trial() == row.trial())
          .mapToDouble(TrialTable.Row::seconds).sum();
      cells.add(String.format(Locale.ROOT, "%.1f", seconds));
      rows.add(cells);
    }
    var failed = report.rows().stream().filter(row -> !row.failure().isEmpty())
        .map(row -> "Trial %d failed: %s.".formatted(row.trial(), row.failure())).toList();
    return new TableElement(Caption.of("All trials", "Trial 0 has the defaults. "
        + String.join(" ", failed)), columns, rows, marked);
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
