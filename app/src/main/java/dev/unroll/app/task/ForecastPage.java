package dev.unroll.app.task;

import dev.unroll.app.page.Figure;
import dev.unroll.app.page.Page;
import dev.unroll.app.page.Section;
import dev.unroll.app.page.panel.Axis;
import dev.unroll.app.page.panel.Caption;
import dev.unroll.app.page.panel.Choice;
import dev.unroll.app.page.panel.LineSeries;
import dev.unroll.app.page.panel.LineSeries.Mark;
import dev.unroll.app.page.panel.Lines;
import dev.unroll.app.page.panel.Panel;
import dev.unroll.app.page.panel.TableElement;
import dev.unroll.app.page.panel.Text;
import dev.unroll.series.Track;
import dev.unroll.task.forecast.Forecast;
import dev.unroll.task.forecast.ForecastFigures;
import dev.unroll.task.forecast.ForecastReport;
import dev.unroll.task.forecast.Forecaster;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The page of a forecaster: its figures beside those of forecasts that need no learning, the error
/// by horizon, and the last horizon of the data against what came.
public final class ForecastPage {
  private static final List<String> METHODS =
      List.of(ForecastReport.MODEL, ForecastReport.SEASONAL_NAIVE, ForecastReport.NAIVE);

  /// So many columns are drawn.
  private static final int MOST = 12;

  private ForecastPage() {}

  /// The page.
  ///
  /// @param name of the run
  /// @param series that was learned from
  public static Page of(String name, Forecaster forecaster,
      dev.unroll.series.Series series) {
    var report = forecaster.report();
    var page = Page.of(name, forecaster.notes().getFirst()).colors(METHODS)
        .figures(List.of(new Figure("MASE", number(report.model().mase())),
            new Figure("MASE of the seasonal naive", number(report.seasonalNaive().mase())),
            new Figure("MAE", number(report.model().mae())),
            new Figure("coverage", String.format(Locale.ROOT, "%.1f %% of %.0f %%",
                100 * report.model().coverage(), 100 * report.nominal()))));
    var panels = new ArrayList<Panel>();
    int enough = forecaster.lookBack() + forecaster.horizon();
    var ids = series.tracks().stream().filter(track -> track.length() >= enough).map(Track::id)
        .toList();
    var shown = ids.isEmpty() || ids.size() == series.tracks().size() ? series : series.only(ids);
    int shortest = shown.tracks().stream().mapToInt(Track::length).min().orElse(0);
    int origin = shortest - forecaster.horizon();
    // Covariates that are known ahead would be cut off with what is to be forecast.
    if (forecaster.known().isEmpty() && origin >= forecaster.lookBack()) {
      panels.add(against(forecaster, shown, origin));
    }
    if (forecaster.horizon() > 1) {
      panels.add(byHorizon(report));
    }
    return page.with(new Section("", false, panels))
        .with(Section.of("", figures(report), Text.of(
            Caption.of("What was understood", ""), String.join("\n", forecaster.notes()))));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /// A horizon, forecast from what came before it, and what came.
  ///
  /// @param origin the number of steps before it
  public static Lines against(Forecaster forecaster,
      dev.unroll.series.Series series, int origin) {
    var choices = new ArrayList<Choice<List<LineSeries>>>();
    var whole = series.tracks();
    var forecast = forecaster.forecast(series.first(origin));
    for (int c = 0; c < Math.min(forecast.lines().size(), MOST); c++) {
      var line = forecast.lines().get(c);
      var track = whole.get(c / forecaster.targets().size());
      var values = track.columns()[c % forecaster.targets().size()];
      choices.add(new Choice<>((line.id() + " " + line.target()).strip(),
          curves(line, values, origin)));
    }
    return new Lines(
        Caption.of(isLast(forecaster, series, origin) ? "The last horizon" : "A horizon",
            ("What was forecast from all that came before step 0 (%s), and what came: of ten values"
                + " about eight should lie between the dashed lines.")
                .formatted(forecast.lines().getFirst().at(0).time())),
        Axis.counted("step"), Axis.linear(forecaster.targets().size() == 1
            ? forecaster.targets().getFirst()
            : "value"),
        choices);
  }

  private static boolean isLast(Forecaster forecaster, dev.unroll.series.Series series,
      int origin) {
    return series.tracks().stream()
        .anyMatch(track -> track.length() == origin + forecaster.horizon());
  }

  private static List<LineSeries> curves(Forecast.Line line, double[] values,
      int origin) {
    int n = line.steps().size();
    int from = Math.max(0, origin - 3 * n);
    var x = new ArrayList<Double>();
    var truth = new ArrayList<Double>();
    for (int t = from; t < origin + n; t++) {
      x.add((double) t - origin);
      truth.add(values[t]);
    }
    var ahead = new ArrayList<Double>();
    var lowest = new ArrayList<Double>();
    var median = new ArrayList<Double>();
    var highest = new ArrayList<Double>();
    for (int i = 0; i < n; i++) {
      var step = line.at(i);
      ahead.add((double) i);
      lowest.add(step.quantiles().getFirst());
      median.add(step.median());
      highest.add(step.quantiles().getLast());
    }
    var levels = line.at(0).levels();
    return List.of(LineSeries.of("what came", x, truth),
        LineSeries.of("quantile " + levels.getFirst(), ahead, lowest)
            .in(ForecastReport.MODEL).with(Mark.DASHED, Mark.BAND),
        LineSeries.of("median", ahead, median).in(ForecastReport.MODEL),
        LineSeries.of("quantile " + levels.getLast(), ahead, highest)
            .in(ForecastReport.MODEL).with(Mark.DASHED, Mark.BAND));
  }

  private static Lines byHorizon(ForecastReport report) {
    var curves = METHODS.stream().map(method -> LineSeries.from(1, method,
        report.byStep().getOrDefault(method, List.of()).stream().mapToDouble(ForecastFigures::mae)
            .toArray()))
        .toList();
    return Lines.of(
        Caption.of("Error by horizon",
            "The mean absolute error of the test part, in " + report.unit()
                + ": where the model is not below the others it has learned nothing."),
        Axis.counted("steps ahead"), Axis.linear("MAE"), curves);
  }

  private static TableElement figures(ForecastReport report) {
    var rows = new ArrayList<List<String>>();
    for (var method : METHODS) {
      var f = report.overall().get(method);
      if (f != null) {
        rows.add(List.of(method, number(f.mae()), number(f.rmse()),
            String.format(Locale.ROOT, "%.2f %%", 100 * f.smape()), number(f.mase()),
            number(f.crps())));
      }
    }
    return new TableElement(
        Caption.of("Figures",
            "From each step of the test part, %d in all.".formatted(report.windows())),
        List.of("", "MAE", "RMSE", "sMAPE", "MASE", "CRPS"), rows, 0);
  }
}
