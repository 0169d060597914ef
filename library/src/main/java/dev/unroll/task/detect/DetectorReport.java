package dev.unroll.task.detect;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/// The alarms of a detector on a series, beside those of a windowed Gaussian: an alarm where a
/// value itself is far from the mean of the last 2000, in their standard deviations. Both
/// thresholds come from the training series by the same rule. A value; `toString` is the table.
///
/// @param known whether it is known which values are anomalies
/// @param detector the figures of the detector
/// @param baseline those of the windowed Gaussian
public record DetectorReport(boolean known, Figures detector, Figures baseline) {

  /// Figures of one method; NaN for those that need known anomalies, or are not defined.
  ///
  /// @param judged the number of steps that were judged
  /// @param alarms the number of alarms among them
  /// @param threshold of the distance
  /// @param precision the share of alarms that are anomalies
  /// @param recall the share of judged anomalous steps that give an alarm
  /// @param f1 their harmonic mean
  /// @param nab the score of the Numenta benchmark in its standard profile
  ///     ([dev.unroll.score.NabScore]), with this threshold
  public record Figures(long judged, long alarms, double threshold, double precision, double recall,
      double f1, double nab) {

    /// The share of judged steps that give an alarm.
    public double share() {
      return (double) alarms / judged;
    }

    SequencedMap<String, Object> fields() {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("judged", judged);
      fields.put("alarms", alarms);
      fields.put("threshold", threshold);
      put(fields, "precision", precision);
      put(fields, "recall", recall);
      put(fields, "f1", f1);
      put(fields, "nab", nab);
      return fields;
    }

    /// JSON has no NaN.
    private static void put(SequencedMap<String, Object> fields, String name, double value) {
      if (!Double.isNaN(value)) {
        fields.put(name, value);
      }
    }

    static Figures of(JsonFields fields) throws FormatException {
      return new Figures(fields.longInteger("judged"), fields.longInteger("alarms"),
          fields.number("threshold"), get(fields, "precision"), get(fields, "recall"),
          get(fields, "f1"), get(fields, "nab"));
    }

    private static double get(JsonFields fields, String name) throws FormatException {
      return fields.has(name) ? fields.number(name) : Double.NaN;
    }
  }

  /// The report as JSON values.
  public SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("known", known);
    fields.put("detector", detector.fields());
    fields.put("baseline", baseline.fields());
    return fields;
  }

  static DetectorReport of(JsonFields fields) throws FormatException {
    return new DetectorReport(fields.bool("known"), Figures.of(fields.object("detector")),
        Figures.of(fields.object("baseline")));
  }

  @Override
  public String toString() {
    return "%-18s %8s %8s %9s %10s%s%n%s%n%s".formatted("", "judged", "alarms", "share",
        "threshold", known ? "%10s %8s %8s %8s".formatted("precision", "recall", "F1", "NAB") : "",
        row("detector", detector), row("windowed Gaussian", baseline));
  }

  private String row(String name, Figures f) {
    return String.format(Locale.ROOT, "%-18s %8d %8d %9s %10.2f", name, f.judged, f.alarms,
        f.judged == 0 ? "–" : String.format(Locale.ROOT, "%.3f%%", 100 * f.share()), f.threshold)
        + (known ? "%10s %8s %8s %8s".formatted(number(f.precision, 3), number(f.recall, 3),
            number(f.f1, 3), number(f.nab, 1)) : "");
  }

  private static String number(double value, int places) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%." + places + "f", value);
  }
}
