package dev.unroll.task;

import dev.unroll.data.text.Excerpt;
import dev.unroll.task.report.ReportLine;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A report of a classifier as text for a terminal.
final class ReportText {
  /// The largest number of classes of a readable table.
  private static final int WIDEST = 12;
  private static final int LONGEST_LABEL = 20;

  private ReportText() {}

  static String of(ClassifierReport report) {
    var text = new StringBuilder();
    text.append(report.data()).append("\n\n");
    figures(text, report);
    classes(text, report);
    if (report.confusion().labels().size() <= WIDEST) {
      confusion(text, report);
    }
    mistakes(text, report.mistakes());
    return text.toString();
  }

  private static void figures(StringBuilder text, ClassifierReport report) {
    ReportLine.add(text, "%-20s %12s   always \"%s\"", "", "this model", label(report.majority()));
    ReportLine.add(text, "%-20s %12s   %s", "accuracy",
        percent(report.accuracy()), percent(report.baseline()));
    var interval = report.interval();
    ReportLine.add(text, "%-20s %12s", "  95 % interval",
        String.format(Locale.ROOT, "%.1f–%.1f %%", 100 * interval.low(), 100 * interval.high()));
    ReportLine.add(text, "%-20s %12s   %s", "macro F1", percent(report.macroF1()),
        percent(report.baselineMacroF1()));
    if (!Double.isNaN(report.area())) {
      ReportLine.add(text, "%-20s %12s   %s", "ROC AUC", percent(report.area()), percent(0.5));
    }
    ReportLine.add(text, "%-20s %12s", "calibration error", percent(report.calibrationError()));
    if (!report.unseen().isEmpty()) {
      ReportLine.add(text, "%s: counted as wrong, as the model does not know %s",
          report.unseen().entrySet().stream().map(e -> "%d × \"%s\"".formatted(e.getValue(),
              label(e.getKey()))).collect(Collectors.joining(", ")),
          report.unseen().size() == 1 ? "it" : "them");
    }
  }

  private static void classes(StringBuilder text, ClassifierReport report) {
    var confusion = report.confusion();
    int width = width(confusion.labels());
    text.append('\n');
    ReportLine.add(text, "%-" + width + "s %10s %10s %10s %8s", "class", "precision", "recall",
        "F1", "n");
    for (int c = 0; c < confusion.labels().size(); c++) {
      ReportLine.add(text, "%-" + width + "s %10s %10s %10s %8d", label(confusion.labels().get(c)),
          percent(confusion.precision(c)), percent(confusion.recall(c)), percent(confusion.f1(c)),
          confusion.actual(c));
    }
  }

  private static void confusion(StringBuilder text, ClassifierReport report) {
    var confusion = report.confusion();
    var labels = confusion.labels();
    var corner = "true \\ predicted";
    int width = Math.max(width(labels), corner.length());
    text.append('\n');
    ReportLine.add(text, "%-" + width + "s %s", corner, labels.stream()
        .map(label -> "%8s".formatted(cut(label, 8))).collect(Collectors.joining(" ")));
    for (int a = 0; a < labels.size(); a++) {
      int actual = a;
      ReportLine.add(text, "%-" + width + "s %s", label(labels.get(a)),
          IntStream.range(0, labels.size())
              .mapToObj(p -> "%8d".formatted(confusion.count(actual, p)))
              .collect(Collectors.joining(" ")));
    }
  }

  private static void mistakes(StringBuilder text, List<ClassifierReport.Mistake> mistakes) {
    if (mistakes.isEmpty()) {
      return;
    }
    text.append("\nmost confident mistakes\n");
    for (var mistake : mistakes) {
      ReportLine.add(text, "  %s: \"%s\" with %s, is \"%s\": %s", mistake.where(),
          label(mistake.said()),
          percent(mistake.probability()), label(mistake.label()), mistake.input());
    }
  }

  private static int width(List<String> labels) {
    return labels.stream().mapToInt(label -> label(label).length()).max().orElse(0) + 10;
  }

  private static String label(String label) {
    return cut(Excerpt.of(label), LONGEST_LABEL);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  /// `1 row`, `2 rows`.
  static String count(long count, String one) {
    return count(count, one, one + "s");
  }

  /// `1 copy`, `2 copies`.
  static String count(long count, String one, String many) {
    return "%d %s".formatted(count, count == 1 ? one : many);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
