package dev.unroll.task.forecast;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.score.ForecastErrors;
import dev.unroll.score.QuantileScores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Accuracy measures of forecasts; NaN for measures that are unknown.
///
/// @param mae mean absolute error
/// @param rmse root of the mean squared error
/// @param smape symmetric mean absolute percentage error, from 0 to 2 ([ForecastErrors#smape])
/// @param mase mean absolute error, scaled by that of the seasonal naive forecast within the
///     training part ([ForecastErrors#mase])
/// @param crps continuous ranked probability score from the quantiles ([QuantileScores#crps])
/// @param coverage the share of values between the lowest and the highest quantile; NaN for a
///     forecast without quantiles
public record ForecastFigures(double mae, double rmse, double smape, double mase, double crps,
    double coverage) {

  /// Mean squared error, the square of [#rmse].
  public double mse() {
    return rmse * rmse;
  }

  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("figures", List.of(text(mae), text(rmse), text(smape), text(mase), text(crps),
        text(coverage)));
    return fields;
  }

  /// JSON has no NaN.
  private static String text(double value) {
    return Double.toString(value);
  }

  static ForecastFigures of(JsonFields fields) throws FormatException {
    var texts = fields.strings("figures");
    try {
      var n = texts.stream().map(Double::valueOf).toList();
      return new ForecastFigures(n.get(0), n.get(1), n.get(2), n.get(3), n.get(4), n.get(5));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new FormatException(
          "the figures of the forecast are %s, expected six numbers; the file is"
              .formatted(texts) + " damaged",
          e);
    }
  }

  /// A running sum.
  static final class Sum {
    private double absolute;
    private double squares;
    private double symmetric;
    private double scaled;
    private double ranked;
    private double within;
    private long n;
    private long scales;

    /// @param y the value
    /// @param f the point forecast
    /// @param crps of the forecast
    /// @param isWithin 1 if the value is within the quantiles, else 0; NaN without quantiles
    /// @param unit the factor of the errors
    /// @param scale the divisor of the errors for the MASE; NaN if unknown
    void add(double y, double f, double crps, double isWithin, double unit, double scale) {
      double e = y - f;
      absolute += unit * Math.abs(e);
      squares += unit * unit * e * e;
      symmetric += ForecastErrors.symmetric(y, f);
      if (scale > 0) {
        scaled += Math.abs(e) / scale;
        scales++;
      }
      ranked += unit * crps;
      within += isWithin;
      n++;
    }

    void add(Sum other) {
      absolute += other.absolute;
      squares += other.squares;
      symmetric += other.symmetric;
      scaled += other.scaled;
      ranked += other.ranked;
      within += other.within;
      n += other.n;
      scales += other.scales;
    }

    long count() {
      return n;
    }

    ForecastFigures mean() {
      return new ForecastFigures(absolute / n, Math.sqrt(squares / n), symmetric / n,
          scaled / scales, ranked / n, within / n);
    }
  }
}
