package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.data.Values.Features;
import dev.unroll.series.Series;
import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.model.ForecastInput;
import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.repository.ModelVersion;
import dev.unroll.server.task.TaskAnswers;
import dev.unroll.table.Table;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Tasks in their own words: `/v1/classify`, `/v1/tag`, `/v1/forecast`.
final class TaskService {
  private static final String MODEL = "model";
  private static final String VERSION = "version";

  private final ModelRepository repository;
  private final ComputeThreads compute;
  private final int longest;

  /// @param longest the most steps or words of an input
  TaskService(ModelRepository repository, ComputeThreads compute, int longest) {
    this.repository = repository;
    this.compute = compute;
    this.longest = longest;
  }

  /// Classifies texts or sequences.
  void classify(Exchange exchange) {
    var body = JsonBody.read(exchange.body())
        .only(Set.of(MODEL, VERSION, "text", "texts", "sequence", "sequences"));
    var version = version(body, Classifier.class, "classifier");
    var classifier = task(version, Classifier.class);
    reserve(exchange, body, classifier.labels().size());
    var answers = compute.call(exchange, () -> classified(classifier, body));
    answer(exchange, version, json -> TaskAnswers.classes(json, answers));
  }

  /// Bounds what many small inputs take together: answers have numbers for each.
  private static void reserve(Exchange exchange, JsonBody body, int numbers) {
    long inputs = 1;
    long steps = 0;
    for (var name : List.of("texts", "sequences")) {
      var many = body.node(name);
      if (many != null) {
        inputs += many.size();
        for (var one : many) {
          steps += one.size();
        }
      }
    }
    exchange.memory().requireSteps(Math.max(inputs, steps));
    exchange.memory().reserve(inputs * numbers, inputs + steps);
  }

  private List<Classification> classified(Classifier classifier, JsonBody body) {
    boolean asTexts = body.has("text") || body.has("texts");
    if (classifier.readsTexts() != asTexts) {
      throw invalid(classifier.readsTexts() ? "the classifier reads texts; give text or texts"
          : "the classifier reads numbers over time; give sequence, [[…], …], or sequences");
    }
    if (asTexts) {
      return classifier.classifyTexts(texts(body));
    }
    var sequences = new ArrayList<Features>();
    var one = body.node("sequence");
    if (one != null) {
      sequences.add(sequence(one));
    }
    var many = body.node("sequences");
    if (many != null) {
      many.forEach(each -> sequences.add(sequence(each)));
    }
    if (sequences.isEmpty()) {
      throw invalid("the request has no sequence");
    }
    return classifier.classifySequences(sequences);
  }

  private List<String> texts(JsonBody body) {
    var texts = new ArrayList<String>();
    if (body.has("text")) {
      texts.add(body.text("text"));
    }
    texts.addAll(body.texts("texts"));
    if (texts.isEmpty()) {
      throw invalid("the request has no text");
    }
    return texts;
  }

  private Features sequence(JsonNode rows) {
    if (!rows.isArray() || rows.isEmpty()) {
      throw invalid("a sequence is %s, expected an array of steps, [[…], …]",
          JsonBody.shown(rows));
    }
    requireLength(rows.size());
    var steps = new float[rows.size()][];
    for (int t = 0; t < steps.length; t++) {
      var numbers = JsonBody.numbers(rows.get(t), "step " + t);
      steps[t] = new float[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        steps[t][i] = (float) numbers[i];
      }
    }
    return Features.ofRows(steps);
  }

  private void requireLength(int steps) {
    if (steps > longest) {
      throw RefusedException.of(413, "the request has %d steps, at most %d are allowed", steps,
          longest);
    }
  }

  /// Tags texts, or sentences that are split already.
  void tag(Exchange exchange) {
    var body = JsonBody.read(exchange.body())
        .only(Set.of(MODEL, VERSION, "text", "texts", "tokens"));
    var version = version(body, Tagger.class, "tagger");
    var tagger = task(version, Tagger.class);
    reserve(exchange, body, 1);
    var answers = compute.call(exchange, () -> tagged(tagger, body));
    answer(exchange, version, json -> TaskAnswers.tags(json, answers));
  }

  private List<Tags> tagged(Tagger tagger, JsonBody body) {
    var tokens = body.node("tokens");
    if (tokens != null) {
      requireLength(tokens.size());
      return List.of(tagger.tag(JsonBody.texts(tokens, "tokens")));
    }
    var texts = texts(body);
    var sentences = texts.stream().map(tagger::split).toList();
    sentences.forEach(sentence -> requireLength(sentence.size()));
    var found = tagger.tagAll(sentences);
    var placed = new ArrayList<Tags>();
    for (int i = 0; i < found.size(); i++) {
      placed.add(found.get(i).in(texts.get(i)));
    }
    return placed;
  }

  /// Forecasts what comes after a table, or after the values of a column.
  void forecast(Exchange exchange) {
    var body = JsonBody.read(exchange.body())
        .only(Set.of(MODEL, VERSION, "columns", "values", "start", "horizon"));
    var version = version(body, Forecaster.class, "forecaster");
    var forecaster = task(version, Forecaster.class);
    var forecast = compute.call(exchange, () -> {
      var series = series(forecaster, body);
      return ForecastInput.requireFinite(body.has("horizon")
          ? forecaster.forecast(series, Horizon.parse(horizon(body)))
          : forecaster.forecast(series));
    });
    // Without a start there are no times, and none are made up.
    boolean hasTimes = !body.has("values") || body.has("start");
    answer(exchange, version, json -> TaskAnswers.forecast(json, forecast, hasTimes));
  }

  private String horizon(JsonBody body) {
    var field = body.node("horizon");
    if (field != null && field.isString()) {
      var written = field.stringValue();
      var amount = written.replaceFirst("[^0-9].*$", "");
      if (amount.length() > 9 || !amount.isEmpty() && Integer.parseInt(amount) > longest) {
        throw invalid("horizon is %s, at most %d steps are allowed", Shown.of(written), longest);
      }
      return written;
    }
    return Long.toString(body.whole("horizon", 0, 1, longest));
  }

  private Series series(Forecaster forecaster, JsonBody body) {
    var values = body.node("values");
    if (values != null) {
      if (ForecastInput.columns(forecaster).size() != 1) {
        throw invalid("the forecaster reads the columns %s; give columns, with an array for each",
            ForecastInput.columns(forecaster));
      }
      requireLength(values.size());
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
      requireLength(column.getValue().size());
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

  /// The model that is named, or the only one of its kind.
  private ModelVersion version(JsonBody body, Class<?> task, String kind) {
    if (body.has(MODEL)) {
      var found = body.has(VERSION)
          ? repository.require(body.text(MODEL), body.text(VERSION))
          : repository.require(body.text(MODEL));
      if (!task.isInstance(found.model().task())) {
        throw invalid("the model %s is %s, expected a %s", found.name(), found.model().aKind(),
            kind);
      }
      return found;
    }
    var fitting = repository.names().stream().map(repository::require)
        .filter(model -> task.isInstance(model.model().task())).toList();
    if (fitting.size() != 1) {
      throw fitting.isEmpty() ? RefusedException.missing("no %s is served", kind)
          : invalid("several models are a %s; name one of %s by model", kind,
              fitting.stream().map(ModelVersion::name).toList());
    }
    return fitting.getFirst();
  }

  private static <T> T task(ModelVersion version, Class<T> type) {
    return type.cast(Objects.requireNonNull(version.model().task()));
  }

  private static void answer(Exchange exchange, ModelVersion version,
      Consumer<JsonGenerator> answer) {
    var out = new ByteSink(512);
    try (var json = JsonFormat.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("model", version.name());
      json.writeStringProperty("version", version.version());
      answer.accept(json);
      json.writeEndObject();
    }
    exchange.send(200, Exchange.JSON, out);
  }
}
