package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.series.Series;
import dev.unroll.server.model.ForecastInput;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.task.TaskAnswers;
import dev.unroll.table.Table;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// `/v1/forecast`: what comes after a table, or after the values of a column.
///
/// @param tasks what the requests of all tasks need
record ForecastService(TaskRequest.Tasks tasks) {
  private static final Set<String> FIELDS = Set.of("columns", "values", "start", "horizon");

  /// Answers a request.
  void forecast(Exchange exchange) {
    var request = TaskRequest.read(exchange, tasks, Forecaster.class, "forecaster", FIELDS);
    var body = request.body();
    var forecast = request.compute(() -> {
      var series = series(request);
      return ForecastInput.requireFinite(body.has("horizon")
          ? request.task().forecast(series, Horizon.parse(horizon(request)))
          : request.task().forecast(series));
    });
    // Without a start there are no times, and none are made up.
    boolean hasTimes = !body.has("values") || body.has("start");
    request.answer(json -> TaskAnswers.forecast(json, forecast, hasTimes));
  }

  private static String horizon(TaskRequest<?> request) {
    var field = request.body().node("horizon");
    if (field != null && field.isString()) {
      var written = field.stringValue();
      var amount = written.replaceFirst("[^0-9].*$", "");
      if (amount.length() > 9
          || !amount.isEmpty() && Integer.parseInt(amount) > request.longest()) {
        throw invalid("horizon is %s, at most %d steps are allowed", Shown.of(written),
            request.longest());
      }
      return written;
    }
    return Long.toString(request.body().whole("horizon", 0, 1, request.longest()));
  }

  private static Series series(TaskRequest<Forecaster> request) {
    var forecaster = request.task();
    var body = request.body();
    var values = body.node("values");
    if (values != null) {
      if (ForecastInput.columns(forecaster).size() != 1) {
        throw invalid("the forecaster reads the columns %s; give columns, with an array for each",
            ForecastInput.columns(forecaster));
      }
      request.requireLength(values.size());
      return ForecastInput.series(forecaster, JsonBody.numbers(values, "values"),
          body.text("start", null));
    }
    var columns = body.node("columns");
    if (columns == null || !columns.isObject()) {
      throw invalid("the request has neither values, […], nor columns, {\"NAME\": […]}; the "
          + "forecaster reads %s", ForecastInput.columns(forecaster));
    }
    var cells = new LinkedHashMap<String, List<String>>();
    for (var column : columns.properties()) {
      request.requireLength(column.getValue().size());
      cells.put(column.getKey(), cells(column.getValue(), column.getKey()));
    }
    return forecaster.read(Table.of("the request", cells));
  }

  private static List<String> cells(JsonNode column, String name) {
    if (!column.isArray()) {
      throw invalid("the column %s is %s, expected an array", Shown.of(name),
          JsonBody.shown(column));
    }
    var cells = new ArrayList<String>(column.size());
    for (var cell : column) {
      if (cell.isContainer()) {
        throw invalid("the column %s has %s in it, expected numbers, texts and null",
            Shown.of(name), JsonBody.shown(cell));
      }
      cells.add(cell.isNull() ? "" : cell.asString());
    }
    return cells;
  }
}
