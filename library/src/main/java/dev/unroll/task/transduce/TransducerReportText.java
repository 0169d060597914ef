package dev.unroll.task.transduce;

import dev.unroll.data.text.Excerpt;
import dev.unroll.task.transduce.TransducerReport.Figures;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A report of a transducer as text for a terminal.
final class TransducerReportText {
  private static final int LONGEST = 20;

  private TransducerReportText() {}

  static String of(TransducerReport report) {
    var text = new StringBuilder(report.data()).append("\n\n");
    line(text, "%-24s %12s %12s   %s", "", "this model", "the source",
        "always \"%s\"".formatted(shown(report.frequentTarget())));
    if (report.kind().language()) {
      figures(text, report, "BLEU", "%.2f", Figures::bleu);
      figures(text, report, "chrF2", "%.2f", Figures::chrF);
      percents(text, report, report.kind().symbolErrorRate(), Figures::symbolErrorRate);
      percents(text, report, "exact match", Figures::exactMatch);
    } else {
      percents(text, report, report.kind().errorRate(), Figures::errorRate);
      line(text, "%-24s %12s", "  standard error", percent(Math.sqrt(
          report.model().exactMatch() * report.model().errorRate() / report.sources())));
      percents(text, report, report.kind().symbolErrorRate(), Figures::symbolErrorRate);
    }
    if (report.cut() > 0) {
      line(text, "%s not end and %s cut off",
          report.cut() == 1 ? "1 answer did" : report.cut() + " answers did",
          report.cut() == 1 ? "was" : "were");
    }
    mistakes(text, report);
    return text.toString();
  }

  private static void percents(StringBuilder text, TransducerReport report, String name,
      ToDoubleFunction<Figures> figure) {
    line(text, "%-24s %12s %12s   %s", name, percent(figure.applyAsDouble(report.model())),
        percent(figure.applyAsDouble(report.copy())),
        percent(figure.applyAsDouble(report.frequent())));
  }

  private static void figures(StringBuilder text, TransducerReport report, String name,
      String format, ToDoubleFunction<Figures> figure) {
    line(text, "%-24s %12s %12s   %s", name,
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
      line(text, "  %s: \"%s\" became \"%s\" with %s, expected \"%s\"", mistake.where(),
          Excerpt.of(mistake.source()), Excerpt.of(mistake.said()), percent(mistake.probability()),
          Excerpt.of(mistake.target()));
    }
  }

  private static String shown(String text) {
    var excerpt = Excerpt.of(text);
    return excerpt.codePointCount(0, excerpt.length()) <= LONGEST ? excerpt
        : excerpt.substring(0, excerpt.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not part of Java
  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
