package dev.unroll.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.series.Series;
import dev.unroll.series.TimeStep;
import dev.unroll.table.Pairs;
import dev.unroll.table.Sentences;
import dev.unroll.table.Texts;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.TaggerOptions;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.TransducerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Tasks in their own words, and by the protocol; and that the description says what is answered.
class TaskEndpointTest {
  private static final int HOURS = 24 * 20;

  @TempDir
  private static Path folder;

  private static Classifier classifier;
  private static Tagger tagger;
  private static Forecaster forecaster;
  private static Transducer transducer;
  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    var sentences = new ArrayList<List<String>>();
    var tags = new ArrayList<List<String>>();
    for (int i = 0; i < 40; i++) {
      texts.add((i % 2 == 0 ? "a good and fine day " : "a bad and poor day ") + i % 7);
      labels.add(i % 2 == 0 ? "good" : "bad");
      sentences.add(List.of("Ann", "saw", i % 2 == 0 ? "Oslo" : "Rome", "."));
      tags.add(List.of("B-PER", "O", "B-LOC", "O"));
    }
    classifier =
        Classifier.train(Texts.of(texts, labels), ClassifierOptions.DEFAULT.epochs(1));
    classifier.save(folder.resolve("good.safetensors"));
    tagger =
        Tagger.train(Sentences.of(sentences, tags), null, TaggerOptions.DEFAULT.epochs(1));
    tagger.save(folder.resolve("names.safetensors"));
    forecaster = Forecaster.training(Horizon.steps(3)).epochs(1).train(series());
    forecaster.save(folder.resolve("load.safetensors"));
    transducer = Transducer.train(Pairs.of(
        IntStream.range(0, 40).mapToObj(i -> "ab".repeat(1 + i % 3)).toList(),
        IntStream.range(0, 40).mapToObj(i -> "ba".repeat(1 + i % 3)).toList()),
        TransducerOptions.DEFAULT.epochs(1));
    transducer.save(folder.resolve("swap.safetensors"));
    server = Running.of(folder);
  }

  private static double[] values() {
    return IntStream.range(0, HOURS).mapToDouble(t -> Math.sin(t * Math.PI / 12) + 0.001 * t)
        .toArray();
  }

  private static Series series() {
    return Series.of(values()).start(LocalDateTime.of(2020, 1, 1, 0, 0), TimeStep.hours(1));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @Test
  void classes() {
    var answer = server.post("/v1/classify",
        "{\"texts\":[\"a fine day\",\"a poor day\"]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    conforms(answer.json(), "ClassifyAnswer");
    var results = answer.json().get("results");
    var expected = classifier.classifyTexts(List.of("a fine day", "a poor day"));
    for (int i = 0; i < 2; i++) {
      assertThat(results.get(i).get("label").stringValue()).isEqualTo(expected.get(i).label());
      assertThat(results.get(i).get("probability").doubleValue())
          .isCloseTo(expected.get(i).probability(), within(1e-12));
    }
    var tensors = server.infer("good", "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],"
        + "\"datatype\":\"BYTES\",\"data\":[\"a fine day\"]}]}").json();
    assertThat(tensors.get("outputs").get(0).get("data").get(0).stringValue())
        .isEqualTo(expected.getFirst().label());
  }

  @Test
  void tags() {
    var text = "Ann saw Rome.";
    var answer = server.post("/v1/tag", "{\"model\":\"names\",\"text\":\"" + text + "\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    conforms(answer.json(), "TagAnswer");
    var expected = tagger.tag(text);
    var tags = answer.json().get("results").get(0).get("tags");
    assertThat(tags.size()).isEqualTo(expected.tags().size());
    for (int i = 0; i < tags.size(); i++) {
      assertThat(tags.get(i).get("tag").stringValue()).isEqualTo(expected.tags().get(i).tag());
      assertThat(tags.get(i).get("start").intValue()).isEqualTo(expected.tags().get(i).start());
    }
    assertThat(answer.json().get("results").get(0).get("spans").size())
        .isEqualTo(expected.spans().size());
    var split = server.post("/v1/tag", "{\"tokens\":[\"Ann\",\"saw\",\"Rome\"]}");
    conforms(split.json(), "TagAnswer");
    assertThat(split.json().get("results").get(0).get("tags").size()).isEqualTo(3);
  }

  @Test
  void forecasts() {
    var numbers = DoubleStream.of(values()).mapToObj(Double::toString)
        .collect(Collectors.joining(","));
    var answer = server.post("/v1/forecast",
        "{\"values\":[" + numbers + "],\"start\":\"2020-01-01T00:00\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    conforms(answer.json(), "ForecastAnswer");
    var expected = forecaster.forecast(series());
    var steps = answer.json().get("lines").get(0).get("steps");
    assertThat(steps.size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(steps.get(i).get("time").stringValue()).isEqualTo(expected.at(i).time());
      assertThat(steps.get(i).get("median").doubleValue()).isEqualTo(expected.at(i).median());
      assertThat(steps.get(i).get("quantiles").get("0.9").doubleValue())
          .isEqualTo(expected.at(i).quantile(0.9));
    }
    var longer = server.post("/v1/forecast",
        "{\"values\":[" + numbers + "],\"start\":\"2020-01-01T00:00\",\"horizon\":5}");
    assertThat(longer.json().get("lines").get(0).get("steps").size()).isEqualTo(5);
    var tensors = server.infer("load", "{\"parameters\":{\"start\":\"2020-01-01T00:00\"},"
        + "\"inputs\":[{\"name\":\"features\",\"shape\":[" + HOURS + ",1],\"datatype\":\"FP64\","
        + "\"data\":[" + numbers + "]}]}").json();
    assertThat(tensors.get("outputs").get(0).get("shape").toString())
        .isEqualTo("[1,3," + forecaster.levels().size() + "]");
  }

  /// The times of a table came back in its form, those after a start always in another: `T` for the
  /// blank, no seconds, and a day alone was refused. In each form the library gives them too, which
  /// `unroll forecast` prints.
  @ParameterizedTest
  @CsvSource({"2020-01-01 00:00, 2020-01-21 00:00", "2020-01-01T00:00, 2020-01-21T00:00",
    "2020-01-01 00:00:00, 2020-01-21 00:00:00", "2020-01-01T00:00:00Z, 2020-01-21T00:00:00Z",
    "2020-01-01T00:00+02:00, 2020-01-21T00:00+02:00", "1/1/2020 0:00, 1/21/2020 0:00",
    "2020-01-01, 2020-01-21T00:00", "2020-01, 2020-01-21T00:00", "1577836800, 1579564800"})
  void timesAreAnsweredInTheFormOfTheStart(String start, String first) {
    var numbers = DoubleStream.of(values()).mapToObj(Double::toString)
        .collect(Collectors.joining(","));
    var answer = server.post("/v1/forecast",
        "{\"values\":[" + numbers + "],\"start\":\"" + start + "\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var steps = answer.json().get("lines").get(0).get("steps");
    assertThat(steps.get(0).get("time").stringValue()).isEqualTo(first);
    var printed = forecaster.forecast(Series.of(values()).start(start, TimeStep.hours(1)))
        .toString().lines().skip(1).map(line -> line.split(",")[0]).toList();
    for (int i = 0; i < 3; i++) {
      assertThat(steps.get(i).get("time").stringValue()).isEqualTo(printed.get(i));
    }
  }

  /// Those of a table are answered as they stand in it.
  @Test
  void timesAreAnsweredInTheFormOfTheColumn() {
    var dates = new ArrayList<String>();
    for (int t = 0; t < HOURS; t++) {
      dates.add("\"%d/1/2020 %d:00\"".formatted(1 + t / 24, t % 24));
    }
    var answer = server.post("/v1/forecast", "{\"columns\":{\"when\":" + dates + ",\"value\":["
        + DoubleStream.of(values()).mapToObj(Double::toString).collect(Collectors.joining(","))
        + "]}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("lines").get(0).get("steps").get(1).get("time").stringValue())
        .isEqualTo("21/1/2020 1:00");
  }

  /// Dates were made up, and what is not finite became a text.
  @Test
  void forecastsWithoutTimesAndOfHugeNumbers() {
    var plain = server.post("/v1/forecast", "{\"values\":[" + DoubleStream.of(values())
        .mapToObj(Double::toString).collect(Collectors.joining(",")) + "]}");
    assertThat(plain.status()).as(plain.text()).isEqualTo(200);
    conforms(plain.json(), "ForecastAnswer");
    assertThat(plain.text()).doesNotContain("\"time\"").contains("\"median\"");
    var huge = server.post("/v1/forecast", "{\"values\":[" + "1e300,-1e300,".repeat(100)
        + "1e300]}");
    assertThat(huge.text()).doesNotContain("NaN").doesNotContain("Infinity");
  }

  /// A forecaster keeps the last steps of a sequence.
  @Test
  void aForecasterIsStepped() {
    var step =
        "{\"parameters\":{\"sequence_id\":1,\"time\":%d%s},\"inputs\":[{\"name\":\"features\","
            + "\"shape\":[1,1,1],\"datatype\":\"FP32\",\"data\":[%s]}]}";
    for (int t = 0; t < 3; t++) {
      var answer = server.infer("load", step.formatted(3_600_000L * t,
          t == 0 ? ",\"sequence_start\":true" : "", "0.5"));
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
    var back = server.infer("load", step.formatted(0, "", "0.5"));
    assertThat(back.status()).isEqualTo(400);
    assertThat(back.error()).contains("before the last one");
  }

  @Test
  void textsForTexts() {
    var answer = server.post("/v2/models/swap/generate",
        "{\"text_input\":\"abab\",\"parameters\":{\"beam\":3,\"hypotheses\":2}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var expected = transducer.transduce(List.of("abab"), 3).getFirst();
    assertThat(answer.json().get("text_output").stringValue()).isEqualTo(expected.text());
    assertThat(answer.json().get("hypotheses").size())
        .isEqualTo(expected.hypotheses(2).size());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"/v1/classify|{}|reads texts",
    "/v1/classify|{\"txt\":\"a\"}|\"txt\"",
    "/v1/classify|{\"model\":\"names\",\"text\":\"a\"}|is a tagger",
    "/v1/classify|{\"sequence\":[[1]]}|reads texts",
    "/v1/classify|{\"text\":[1]}|text is […], expected a string",
    "/v1/tag|{\"text\":\"\"}|token", "/v1/tag|{\"tokens\":[1]}|element 0",
    "/v1/forecast|{}|neither values", "/v1/forecast|{\"values\":[1,2]}|2 steps",
    "/v1/forecast|{\"values\":[1,\"x\"]}|element 1",
    "/v1/forecast|{\"values\":[1],\"start\":\"soon\"}|2016-07-01T00:00",
    "/v1/forecast|{\"columns\":{\"x\":[[1]]}}|\"x\"",
    "/v2/models/swap/infer|{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],"
        + "\"data\":[\"ab\"]}],\"parameters\":{\"beam\":0}}|beam is 0, expected a whole number of "
        + "1",
    "/v2/models/swap/infer|{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],"
        + "\"data\":[\"ab\"]}],\"parameters\":{\"beam\":1000000}}|beam is 1000000, expected a "
        + "whole"})
  void whatCannotBeAsked(String path, String body, String why) {
    var answer = server.post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error()).contains(why);
  }

  /// All quantiles were null, and no sentence said why.
  @Test
  void aForecastBeyondTheRangeOfNumbers() {
    var numbers = DoubleStream.of(values()).mapToObj(value -> value * 1e300 + "")
        .collect(Collectors.joining(","));
    var answer = server.post("/v1/forecast", "{\"values\":[" + numbers + "]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error()).contains("is beyond the range of numbers");
    var tensors = server.infer("load", "{\"inputs\":[{\"name\":\"features\",\"shape\":[" + HOURS
        + ",1],\"datatype\":\"FP64\",\"data\":[" + numbers + "]}]}");
    assertThat(tensors.status()).as(tensors.text()).isEqualTo(400);
    assertThat(tensors.error()).isEqualTo(answer.error());
  }

  /// Requires that an answer has the form of the description.
  private static void conforms(JsonNode answer, String schema) {
    var description = server.get("/v1/openapi.json").json();
    assertThat(description.get("openapi").stringValue()).startsWith("3.1");
    conforms(answer, description.at("/components/schemas/" + schema), schema);
  }

  private static void conforms(JsonNode value, JsonNode schema, String where) {
    var types = schema.get("type");
    if (types.isArray()) {
      assertThat(types.toString()).isEqualTo("[\"number\",\"null\"]");
      assertThat(value.isNumber() || value.isNull()).as(where).isTrue();
      return;
    }
    switch (types.asString()) {
      case "object" -> {
        assertThat(value.isObject()).as(where).isTrue();
        schema.path("required").forEach(name -> assertThat(value.has(name.stringValue()))
            .as(where + "." + name).isTrue());
        for (var field : value.properties()) {
          var known = schema.path("properties").get(field.getKey());
          var inside = known == null ? schema.get("additionalProperties") : known;
          assertThat(inside).as(where + "." + field.getKey() + " is described").isNotNull();
          conforms(field.getValue(), inside, where + "." + field.getKey());
        }
      }
      case "array" -> {
        assertThat(value.isArray()).as(where).isTrue();
        value.forEach(each -> conforms(each, schema.get("items"), where + "[]"));
      }
      case "string" -> assertThat(value.isString()).as(where).isTrue();
      case "integer" -> assertThat(value.isIntegralNumber()).as(where).isTrue();
      default -> assertThat(value.isNumber()).as(where).isTrue();
    }
  }

  /// All that is described is there.
  @Test
  void allPathsOfTheDescriptionAreThere() {
    var paths = server.get("/v1/openapi.json").json().get("paths");
    assertThat(paths.size()).isEqualTo(3);
    paths.propertyNames().forEach(
        path -> assertThat(server.get(path).header("Allow")).as(path).isEqualTo("POST"));
  }
}
