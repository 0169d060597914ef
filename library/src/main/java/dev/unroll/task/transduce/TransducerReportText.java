package dev.unroll.task.transduce;

import dev.unroll.data.text.Excerpt;
import dev.unroll.task.report.ReportLine;
import dev.unroll.task.transduce.TransducerReport.Figures;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A report of a transducer as text for a terminal.
final class TransducerReportText {
  private static final int LONGEST = 20;

  private TransducerReportText() {}

  static String of(TransducerReport report) {
    var text = new StringBuilder(report.data()).append("\n\n");
    ReportLine.add(text, "%-24s %12s %12s   %s", "", "this model", "the source",
        "always \"%s\"".formatted(shown(report.frequentTarget())));
    if (report.kind().language()) {
      figures(text, report, "BLEU", "%.2f", Figures::bleu);
      figures(text, report, "chrF2", "%.2f", Figures::chrF);
      percents(text, report, report.kind().symbolErrorRate(), Figures::symbolErrorRate);
      percents(text, report, "exact match", Figures::exactMatch);
    } else {
      percents(text, report, report.kind().errorRate(), Figures::errorRate);
      ReportLine.add(text, "%-24s %12s", "  standard error", ReportLine.percent(Math.sqrt(
          report.model().exactMatch() * report.model().errorRate() / report.sources())));
      percents(text, report, report.kind().symbolErrorRate(), Figures::symbolErrorRate);
    }
    if (report.cut() > 0) {
      ReportLine.add(text, "%s not end and %s cut off",
          report.cut() == 1 ? "1 answer did" : report.cut() + " answers did",
          report.cut() == 1 ? "was" : "were");
    }
    mistakes(text, report);
    return text.toString();
  }

  private static void percents(StringBuilder text, TransducerReport report, String name,
      ToDoubleFunction<Figures> figure) {
    ReportLine.add(text, "%-24s %12s %12s   %s", name,
        ReportLine.percent(figure.applyAsDouble(report.model())),
        ReportLine.percent(figure.applyAsDouble(report.copy())),
        ReportLine.percent(figure.applyAsDouble(report.frequent())));
  }

  private static void figures(StringBuilder text, TransducerReport report, String name,
      String format, ToDoubleFunction<Figures> figure) {
    ReportLine.add(text, "%-24s %12s %12s   %s", name,
        String.format(Locale.ROOT, format, figure.applyAsDouble(report.model())),
        String.format(Locale.ROOT, format, figure.applyAsDouble(report.copy())),
        String.format(Locale.ROOT, format, figure.applyAsDouble(report.frequent())));
  }

  private static void mistakes(StringBuilder text, TransducerReport report) {
    if (report.mistakes().isEmpty()) {
      return;
    }
    text.append("\nmost confident mistakes\n");
    for (var mistake : report.mistakes()) {
      ReportLine.add(text, "  %s: \"%s\" became \"%s\" with %s, expected \"%s\"", mistake.where(),
          Excerpt.of(mistake.source()), Excerpt.of(mistake.said()),
          ReportLine.percent(mistake.probability()),
          Excerpt.of(mistake.target()));
    }
  }

  private static String shown(String text) {
    var excerpt = Excerpt.of(text);
    return excerpt.codePointCount(0, excerpt.length()) <= LONGEST ? excerpt
        : excerpt.substring(0, excerpt.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
