package dev.unroll.task.forecast;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// The accuracy of forecasts of the test part, compared with two naive forecasts that need no
/// training. Each method forecasts the whole horizon from every step of the part (rolling origin),
/// and uses only the values before that step. A value; `toString` is the table.
///
/// | method | forecast |
/// | --- | --- |
/// | model | the median; the CRPS is that of all quantiles |
/// | seasonal naive | the value one season earlier |
/// | naive | the last value |
///
/// @param windows the number of forecasts, over all columns and series
/// @param season of the seasonal naive forecast and of the MASE, in steps
/// @param unit of MAE, RMSE and CRPS: that of the data, or, for several columns or series, the
///     standard deviation of each within the training part
/// @param nominal the share of values that should lie within the quantiles
/// @param overall the overall figures of each method
/// @param byStep for each method the figures of each step of the horizon
/// @param byTarget for each method the figures of each column
public record ForecastReport(long windows, int season, String unit, double nominal,
    SequencedMap<String, ForecastFigures> overall,
    SequencedMap<String, List<ForecastFigures>> byStep,
    SequencedMap<String, SequencedMap<String, ForecastFigures>> byTarget) {
  /// The model.
  public static final String MODEL = "model";

  /// The value one season earlier.
  public static final String SEASONAL_NAIVE = "seasonal naive";

  /// The last value.
  public static final String NAIVE = "naive";

  static final List<String> METHODS = List.of(MODEL, SEASONAL_NAIVE, NAIVE);
  private static final String STEPS = "steps";
  private static final String TARGETS = "targets";

  /// The figures of the model.
  public ForecastFigures model() {
    return of(MODEL);
  }

  /// The figures of the seasonal naive forecast.
  public ForecastFigures seasonalNaive() {
    return of(SEASONAL_NAIVE);
  }

  /// The figures of the naive forecast.
  public ForecastFigures naive() {
    return of(NAIVE);
  }

  private ForecastFigures of(String method) {
    var figures = overall.get(method);
    if (figures == null) {
      throw new IllegalStateException("the report has no figures of " + method);
    }
    return figures;
  }

  /// The report as JSON values; figures as texts, as they may be NaN.
  public SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("windows", windows);
    fields.put("season", season);
    fields.put("unit", unit);
    fields.put("nominal", nominal);
    for (var method : METHODS) {
      var each = new LinkedHashMap<String, Object>(of(method).fields());
      each.put(STEPS, steps(method).stream().map(ForecastFigures::fields).toList());
      var targets = new LinkedHashMap<String, Object>();
      targets(method).forEach((target, figures) -> targets.put(target, figures.fields()));
      each.put(TARGETS, targets);
      fields.put(method, each);
    }
    return fields;
  }

  static ForecastReport of(JsonFields fields) throws FormatException {
    var overall = new LinkedHashMap<String, ForecastFigures>();
    var byStep = new LinkedHashMap<String, List<ForecastFigures>>();
    var byTarget = new LinkedHashMap<String, SequencedMap<String, ForecastFigures>>();
    for (var method : METHODS) {
      var each = fields.object(method);
      overall.put(method, ForecastFigures.of(each));
      var steps = new ArrayList<ForecastFigures>();
      for (var step : each.objects(STEPS)) {
        steps.add(ForecastFigures.of(step));
      }
      byStep.put(method, steps);
      var targets = new LinkedHashMap<String, ForecastFigures>();
      var named = each.object(TARGETS);
      for (var target : named.keys()) {
        targets.put(target, ForecastFigures.of(named.object(target)));
      }
      byTarget.put(method, targets);
    }
    return new ForecastReport(fields.longInteger("windows"), fields.integer("season"),
        fields.string("unit"), fields.number("nominal"), overall, byStep, byTarget);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append(String.format(Locale.ROOT,
        windows == 1 ? "%d forecast%n" : "%d forecasts, from each of the steps tested%n",
        windows));
    text.append(String.format(Locale.ROOT, "%-14s %9s %9s %9s %8s %8s %9s %9s%n", "", "MAE", "RMSE",
        "MSE", "sMAPE", "MASE", "CRPS", "coverage"));
    for (var method : METHODS) {
      if (season > 1 || !method.equals(SEASONAL_NAIVE)) { // else it is the naive one
        text.append(row(method, of(method)));
      }
    }
    text.append(String.format(Locale.ROOT,
        "MAE, RMSE, MSE and CRPS in %s; %s; coverage of %.0f %% wanted%n", unit,
        season > 1 ? "season " + season : "no season", 100 * nominal));
    if (Double.isNaN(model().mase())) {
      text.append(
          String.format("MASE is not known, as the %s makes no error in the training part%n",
              season > 1 ? "seasonal naive forecast" : "naive forecast"));
    }
    int steps = steps(MODEL).size();
    if (steps > 1) {
      text.append(String.format("%n%-16s %10s %16s %10s%n", "MAE by horizon", MODEL, SEASONAL_NAIVE,
          NAIVE));
      for (int step : shown(steps)) {
        text.append(String.format(Locale.ROOT, "%-16s %10.4g %16.4g %10.4g%n", "step " + (step + 1),
            steps(MODEL).get(step).mae(), steps(SEASONAL_NAIVE).get(step).mae(),
            steps(NAIVE).get(step).mae()));
      }
    }
    if (targets(MODEL).size() > 1) {
      text.append(String.format("%n%-16s %10s %16s %10s%n", "MASE by column", MODEL,
          SEASONAL_NAIVE, NAIVE));
      for (var target : targets(MODEL).keySet()) {
        text.append(String.format("%-16s %10s %16s %10s%n", target,
            mase(MODEL, target), mase(SEASONAL_NAIVE, target), mase(NAIVE, target)));
      }
    }
    return text.toString().stripTrailing();
  }

  private List<ForecastFigures> steps(String method) {
    return byStep.getOrDefault(method, List.of());
  }

  private SequencedMap<String, ForecastFigures> targets(String method) {
    return byTarget.getOrDefault(method, new LinkedHashMap<>());
  }

  private String mase(String method, String target) {
    var figures = targets(method).get(target);
    return mase(figures == null ? Double.NaN : figures.mase());
  }

  private static String mase(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String row(String name, ForecastFigures f) {
    return String.format(Locale.ROOT, "%-14s %9.4g %9.4g %9.4g %7.2f%% %8s %9.4g %9s%n", name,
        f.mae(), f.rmse(), f.mse(), 100 * f.smape(), mase(f.mase()), f.crps(),
        Double.isNaN(f.coverage()) ? ""
            : String.format(Locale.ROOT, "%.1f%%", 100 * f.coverage()));
  }

  /// The first, the last, and a few between them.
  private static List<Integer> shown(int steps) {
    var shown = new ArrayList<Integer>();
    for (int i = 0; i <= 4; i++) {
      int step = (int) Math.round(i * (steps - 1) / 4.0);
      if (!shown.contains(step)) {
        shown.add(step);
      }
    }
    return shown;
  }
}
