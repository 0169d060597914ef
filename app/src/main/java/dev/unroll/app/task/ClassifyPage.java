package dev.unroll.app.task;

import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import dev.unroll.task.ClassifierReport;
import dev.unroll.task.Understanding;
import java.util.ArrayList;
import java.util.List;

/// The page of a classifier: its figures beside those of the most frequent class, the classes, the
/// confusion matrix and the mistakes it was surest of.
public final class ClassifyPage {
  /// With more classes a matrix is wider than the page; the most frequent confusions are listed.
  private static final int WIDEST = 12;
  private static final int CONFUSIONS = 20;

  private ClassifyPage() {}

  /// The page.
  ///
  /// @param name of the run
  /// @param understood before training
  public static Page of(String name, ClassifierReport report, List<Understanding> understood) {
    var figures = new ArrayList<Figure>();
    var interval = report.interval();
    figures.add(new Figure("accuracy", Percent.of(report.accuracy(), 1)));
    figures.add(new Figure("95 % interval",
        Percent.of(interval.low(), 1) + " to " + Percent.of(interval.high(), 1)));
    figures.add(new Figure("always \"%s\"".formatted(report.majority()),
        Percent.of(report.baseline(), 1)));
    figures.add(new Figure("macro F1", Percent.of(report.macroF1(), 1)));
    if (!Double.isNaN(report.area())) {
      figures.add(new Figure("area under the ROC curve", Percent.of(report.area(), 1)));
    }
    figures.add(new Figure("calibration error", Percent.of(report.calibrationError(), 1)));
    var panels = new ArrayList<Panel>();
    panels.add(classes(report));
    panels.add(report.confusion().labels().size() <= WIDEST ? matrix(report) : confusions(report));
    panels.add(mistakes(report));
    panels.add(Text.of(Caption.of("What was understood", ""), String.join("\n",
        understood.stream().map(Understanding::text).toList())));
    return Page.of(name, report.data()).figures(figures).with(new Section("", false, panels));
  }

  private static TableElement classes(ClassifierReport report) {
    var confusion = report.confusion();
    var rows = new ArrayList<List<String>>();
    for (int c = 0; c < confusion.labels().size(); c++) {
      rows.add(List.of(confusion.labels().get(c), Percent.of(confusion.precision(c), 1),
          Percent.of(confusion.recall(c), 1), Percent.of(confusion.f1(c), 1),
          Long.toString(confusion.actual(c))));
    }
    return TableElement.of(Caption.of("Classes",
        "Precision: of what was called so, the share that is. Recall: of what is, the share that"
            + " was called so."),
        List.of("", "precision", "recall", "F1", "n"), rows);
  }

  private static TableElement matrix(ClassifierReport report) {
    var confusion = report.confusion();
    int n = confusion.labels().size();
    var rows = new ArrayList<List<String>>();
    for (int actual = 0; actual < n; actual++) {
      var row = new ArrayList<String>();
      row.add(confusion.labels().get(actual));
      for (int predicted = 0; predicted < n; predicted++) {
        long count = confusion.count(actual, predicted);
        row.add(count == 0 ? "" : Long.toString(count));
      }
      rows.add(row);
    }
    var head = new ArrayList<String>();
    head.add("true \\ predicted");
    head.addAll(confusion.labels());
    return TableElement.of(Caption.of("Confusion matrix", "Right answers are on the diagonal."),
        head, rows);
  }

  private static TableElement confusions(ClassifierReport report) {
    var confusion = report.confusion();
    record Cell(String actual, String predicted, long count) {}
    var cells = new ArrayList<Cell>();
    for (int a = 0; a < confusion.labels().size(); a++) {
      for (int p = 0; p < confusion.labels().size(); p++) {
        if (a != p && confusion.count(a, p) > 0) {
          cells.add(new Cell(confusion.labels().get(a), confusion.labels().get(p),
              confusion.count(a, p)));
        }
      }
    }
    cells.sort((a, b) -> Long.compare(b.count(), a.count()));
    return TableElement.of(Caption.of("Confusions", "The most frequent ones."),
        List.of("true", "predicted", "n"), cells.stream().limit(CONFUSIONS)
            .map(cell -> List.of(cell.actual(), cell.predicted(), Long.toString(cell.count())))
            .toList());
  }

  private static TableElement mistakes(ClassifierReport report) {
    return TableElement.of(
        Caption.of("Most confident mistakes", report.mistakes().isEmpty() ? "None." : ""),
        List.of("true", "predicted", "probability", "input", "place"),
        report.mistakes().stream().map(mistake -> List.of(mistake.label(), mistake.said(),
            Percent.of(mistake.probability(), 1), mistake.input(), mistake.where())).toList());
  }
}
