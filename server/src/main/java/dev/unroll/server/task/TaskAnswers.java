package dev.unroll.server.task;

import dev.unroll.task.Classification;
import dev.unroll.task.forecast.Forecast;
import dev.unroll.task.tag.Tags;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// The answers of tasks as JSON, in the words that `openapi.json` describes.
public final class TaskAnswers {
  private TaskAnswers() {}

  /// Classes: the label of each input, and the probability of every class.
  public static void classes(JsonGenerator json, List<Classification> answers) {
    json.writeArrayPropertyStart("results");
    for (var answer : answers) {
      json.writeStartObject();
      json.writeStringProperty("label", answer.label());
      number(json, "probability", answer.probability());
      json.writeObjectPropertyStart("probabilities");
      answer.all().forEach((label, probability) -> number(json, label, probability));
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// Tags: that of each token, and the spans that they mark.
  public static void tags(JsonGenerator json, List<Tags> answers) {
    json.writeArrayPropertyStart("results");
    for (var answer : answers) {
      json.writeStartObject();
      json.writeArrayPropertyStart("tags");
      for (var tag : answer.tags()) {
        json.writeStartObject();
        json.writeStringProperty("token", tag.token());
        json.writeStringProperty("tag", tag.tag());
        number(json, "probability", tag.probability());
        place(json, tag.start(), tag.end());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("spans");
      for (var span : answer.spans()) {
        json.writeStartObject();
        json.writeStringProperty("text", span.text());
        json.writeStringProperty("type", span.type());
        number(json, "probability", span.probability());
        place(json, span.start(), span.end());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// The place in a text; none if tokens were given.
  private static void place(JsonGenerator json, int start, int end) {
    if (start >= 0) {
      json.writeNumberProperty("start", start);
      json.writeNumberProperty("end", end);
    }
  }

  /// A forecast: a line for each column of each series, a value at each level for each step;
  /// null for one that is not finite.
  ///
  /// @param hasTimes whether the times of the steps are known
  public static void forecast(JsonGenerator json, Forecast forecast, boolean hasTimes) {
    json.writeArrayPropertyStart("lines");
    for (var line : forecast.lines()) {
      json.writeStartObject();
      if (!line.id().isEmpty()) {
        json.writeStringProperty("id", line.id());
      }
      json.writeStringProperty("target", line.target());
      json.writeArrayPropertyStart("steps");
      for (var step : line.steps()) {
        json.writeStartObject();
        if (hasTimes) {
          json.writeStringProperty("time", step.time());
        }
        number(json, "median", step.median());
        json.writeObjectPropertyStart("quantiles");
        for (int i = 0; i < step.levels().size(); i++) {
          number(json, step.levels().get(i).toString(), step.quantiles().get(i));
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void number(JsonGenerator json, String name, double value) {
    if (Double.isFinite(value)) {
      json.writeNumberProperty(name, value);
    } else {
      json.writeNullProperty(name); // JSON has no other; NaN would become a text
    }
  }
}
