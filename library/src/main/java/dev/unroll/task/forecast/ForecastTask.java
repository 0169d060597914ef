package dev.unroll.task.forecast;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.series.Aggregate;
import dev.unroll.series.Calendar;
import dev.unroll.series.TimeStep;
import dev.unroll.task.window.Anchor;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.Scale;
import dev.unroll.task.window.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The settings of a forecaster, all but its weights.
///
/// @param time the column with the time stamps; null for none
/// @param id the column that identifies the series; null for none
/// @param levels of the quantiles, ascending
/// @param aggregate how the values within a step became one; null for values at steps
/// @param notes the findings about the data
/// @param trainedOn the name of the data; empty if it is not known
record ForecastTask(Shape shape, TimeStep step, Calendar calendar, @Nullable String time,
    @Nullable String id, List<String> targets, List<String> past, List<String> known,
    List<Scale> scales, double[] levels,
    @Nullable Aggregate aggregate, List<String> notes, String trainedOn) {
  static final String NAME = "forecast";

  /// A builder of the channels of a history.
  ChannelBuilder channels() {
    return channels(shape.horizon());
  }

  /// A builder of the channels of a history after which so many steps are forecast.
  ChannelBuilder channels(int steps) {
    return new ChannelBuilder(targets, past, known, calendar, steps, shape.segment(), scales);
  }

  SequencedMap<String, Object> fields(ForecastReport report) {
    var fields = new LinkedHashMap<String, Object>();
    if (time != null) {
      fields.put("time", time);
    }
    if (id != null) {
      fields.put("id", id);
    }
    if (aggregate != null) {
      fields.put("aggregate", aggregate.name());
    }
    fields.put("targets", targets);
    fields.put("past", past);
    fields.put("known", known);
    fields.put("unit", step.unit().name());
    fields.put("amount", step.amount());
    fields.put("calendar", calendar.cycles().stream().map(Calendar.Cycle::name).toList());
    fields.put("lookBack", shape.lookBack());
    fields.put("horizon", shape.horizon());
    fields.put("segment", shape.segment());
    fields.put("season", shape.season());
    fields.put("anchor", shape.anchor().name());
    fields.put("windowSpread", shape.windowSpread());
    fields.put("gaps", shape.gaps());
    fields.put("channels", shape.channels());
    fields.put("levels", Arrays.stream(levels).boxed().toList());
    fields.put("scales", scales.stream().map(scale -> {
      var each = new LinkedHashMap<String, Object>();
      each.put("id", scale.id());
      each.put("column", scale.column());
      each.put("mean", scale.mean());
      each.put("deviation", scale.deviation());
      each.put("seasonal", Double.toString(scale.seasonal())); // JSON has no NaN
      return each;
    }).toList());
    fields.put("notes", notes);
    fields.put("trainedOn", trainedOn);
    fields.put("report", report.fields());
    return fields;
  }

  static ForecastTask of(JsonFields fields) throws FormatException {
    var past = fields.strings("past");
    var known = fields.strings("known");
    var cycles = new ArrayList<Calendar.Cycle>();
    for (var cycle : fields.strings("calendar")) {
      cycles.add(Calendar.Cycle.valueOf(cycle));
    }
    var calendar = new Calendar(List.copyOf(cycles));
    var scales = new ArrayList<Scale>();
    for (var scale : fields.objects("scales")) {
      scales.add(new Scale(scale.string("id"), scale.string("column"), scale.number("mean"),
          scale.number("deviation"), Double.parseDouble(scale.string("seasonal"))));
    }
    var shape = new Shape(fields.integer("lookBack"), fields.integer("horizon"),
        fields.integer("segment"), fields.integer("season"),
        Anchor.valueOf(fields.string("anchor")), fields.bool("windowSpread"), past.size(),
        known.size(), fields.bool("gaps"), calendar.size(), fields.integer("channels"));
    return new ForecastTask(shape,
        new TimeStep(TimeStep.Unit.valueOf(fields.string("unit")), fields.longInteger("amount")),
        calendar, name(fields, "time"), name(fields, "id"), fields.strings("targets"), past, known,
        List.copyOf(scales),
        fields.numbers("levels").stream().mapToDouble(q -> q).toArray(),
        fields.has("aggregate") ? Aggregate.valueOf(fields.string("aggregate")) : null,
        fields.strings("notes"), fields.has("trainedOn") ? fields.string("trainedOn") : "");
  }

  private static @Nullable String name(JsonFields fields, String key) throws FormatException {
    return fields.has(key) ? fields.string(key) : null;
  }
}
