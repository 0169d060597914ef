package dev.unroll.task.tag;

import dev.unroll.data.text.Excerpt;
import dev.unroll.score.SpanCounts.Counts;
import dev.unroll.task.report.ReportLine;
import java.util.Comparator;
import java.util.Map;

/// A report of a tagger as text for a terminal.
final class TagReportText {
  /// The largest number of types of a readable table; the most frequent ones are shown.
  private static final int MOST = 40;
  private static final int LONGEST = 28;

  private TagReportText() {}

  static String of(TagReport report) {
    var text = new StringBuilder();
    text.append(report.data()).append("\n\n");
    ReportLine.add(text, "%-26s %12s   %s", "", "this model", "most frequent tag of each word");
    if (report.spans()) {
      ReportLine.add(text, "%-26s %12s   %s", "F1 of spans", ReportLine.percent(report.f1()),
          ReportLine.percent(report.baseline().all().f1()));
      ReportLine.add(text, "%-26s %12s   %s", "  precision",
          ReportLine.percent(report.counts().all().precision()),
          ReportLine.percent(report.baseline().all().precision()));
      ReportLine.add(text, "%-26s %12s   %s", "  recall",
          ReportLine.percent(report.counts().all().recall()),
          ReportLine.percent(report.baseline().all().recall()));
    }
    ReportLine.add(text, "%-26s %12s   %s", "accuracy of tokens",
        ReportLine.percent(report.accuracy()),
        ReportLine.percent(report.baseline().accuracy()));
    if (report.unknown() > 0) {
      ReportLine.add(text, "%-26s %12s   of %d tokens", "  of unknown words",
          ReportLine.percent(report.unknownAccuracy()), report.unknown());
    }
    if (!report.unseen().isEmpty()) {
      ReportLine.add(text, "not known, and so counted as wrong: %s",
          Excerpt.of(String.join(", ", report.unseen())));
    }
    types(text, report);
    confusions(text, report);
    return text.toString();
  }

  private static void types(StringBuilder text, TagReport report) {
    var types = report.counts().types();
    int width = types.keySet().stream().mapToInt(type -> cut(type).length()).max().orElse(0) + 6;
    text.append('\n');
    ReportLine.add(text, "%-" + width + "s %10s %10s %10s %8s", report.spans() ? "type" : "tag",
        "precision",
        "recall", "F1", "n");
    types.entrySet().stream()
        .sorted(Comparator.comparingLong((Map.Entry<String, Counts> e) -> -e.getValue().expected())
            .thenComparing(Map.Entry::getKey))
        .limit(MOST).forEach(entry -> {
          var counts = entry.getValue();
          ReportLine.add(text, "%-" + width + "s %10s %10s %10s %8d", cut(entry.getKey()),
              ReportLine.percent(counts.precision()), ReportLine.percent(counts.recall()),
              ReportLine.percent(counts.f1()),
              counts.expected());
        });
    if (types.size() > MOST) {
      ReportLine.add(text, "… and %d rarer ones", types.size() - MOST);
    }
  }

  private static void confusions(StringBuilder text, TagReport report) {
    if (!report.confusions().isEmpty()) {
      text.append("\nmost frequent confusions\n");
      for (var confused : report.confusions()) {
        ReportLine.add(text, "%6d × %s tagged as %s", confused.count(), cut(confused.tag()),
            cut(confused.said()));
      }
    }
  }

  private static String cut(String text) {
    var shown = Excerpt.of(text);
    return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST - 1) + "…";
  }
}
