package dev.unroll.task.detect;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.series.Aggregate;
import dev.unroll.series.Calendar;
import dev.unroll.series.TimeStep;
import dev.unroll.task.window.Anchor;
import dev.unroll.task.window.ChannelBuilder;
import dev.unroll.task.window.Scale;
import dev.unroll.task.window.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The settings of a detector, all but its weights.
///
/// @param time the column with the time stamps; null for none
/// @param id the column that identifies the series; null for one series
/// @param series the series that is watched; empty without an id
/// @param target the column that is watched
/// @param lookBack L, the steps that are read
/// @param segment P, the steps of a segment; L is a multiple of it
/// @param lead d, the number of steps that a forecast is ahead
/// @param memory the number of errors that are remembered
/// @param threshold the distance beyond which there is an alarm
/// @param aggregate how the values within a step became one; null for values at steps
/// @param baseline the threshold of the windowed Gaussian beside it
/// @param notes the findings about the data
record DetectorTask(@Nullable String time, @Nullable String id, String series, String target,
    TimeStep step, Scale scale, int lookBack,
    int segment, int lead, int memory, double threshold,
    @Nullable Aggregate aggregate, double baseline, List<String> notes) {
  static final String NAME = "detect";

  DetectorTask {
    if (lookBack < 1 || segment < 1 || lookBack % segment != 0 || lead < 1 || memory < 1) {
      throw new IllegalArgumentException(
          "a window of %d steps in segments of %d, a lead of %d and a memory of %d cannot be"
              .formatted(lookBack, segment, lead, memory));
    }
  }

  DetectorTask withThresholds(double own, double ofBaseline) {
    return new DetectorTask(time, id, series, target, step, scale, lookBack, segment, lead, memory,
        own, aggregate, ofBaseline, notes);
  }

  /// The form of the windows that the network reads.
  Shape shape() {
    return shape(lookBack, lead, segment, 1);
  }

  static Shape shape(int lookBack, int lead, int segment, int season) {
    return new Shape(lookBack, lead, segment, season, Anchor.ZERO, false, 0, 0, false, 0, 1);
  }

  /// A builder of the channel of a series.
  ChannelBuilder channels() {
    return channels(target, lead, segment, scale);
  }

  static ChannelBuilder channels(String target, int lead, int segment, Scale scale) {
    return new ChannelBuilder(List.of(target), List.of(), List.of(), new Calendar(List.of()), lead,
        segment, List.of(scale));
  }

  SequencedMap<String, Object> fields(DetectorReport report) {
    var fields = new LinkedHashMap<String, Object>();
    if (time != null) {
      fields.put("time", time);
    }
    if (id != null) {
      fields.put("id", id);
      fields.put("series", series);
    }
    if (aggregate != null) {
      fields.put("aggregate", aggregate.name());
    }
    fields.put("target", target);
    fields.put("unit", step.unit().name());
    fields.put("amount", step.amount());
    fields.put("mean", scale.mean());
    fields.put("deviation", scale.deviation());
    fields.put("lookBack", lookBack);
    fields.put("segment", segment);
    fields.put("lead", lead);
    fields.put("memory", memory);
    fields.put("threshold", threshold);
    fields.put("baseline", baseline);
    fields.put("notes", notes);
    fields.put("report", report.fields());
    return fields;
  }

  static DetectorTask of(JsonFields fields) throws FormatException {
    var target = fields.string("target");
    return new DetectorTask(
        fields.has("time") ? fields.string("time") : null,
        fields.has("id") ? fields.string("id") : null,
        fields.has("series") ? fields.string("series") : "", target,
        new TimeStep(TimeStep.Unit.valueOf(fields.string("unit")), fields.longInteger("amount")),
        new Scale("", target, fields.number("mean"), fields.number("deviation"), Double.NaN),
        fields.integer("lookBack"), fields.integer("segment"), fields.integer("lead"),
        fields.integer("memory"), fields.number("threshold"),
        fields.has("aggregate") ? Aggregate.valueOf(fields.string("aggregate")) : null,
        fields.number("baseline"), fields.strings("notes"));
  }
}
