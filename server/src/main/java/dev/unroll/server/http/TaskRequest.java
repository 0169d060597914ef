package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.protocol.ByteSink;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.repository.ModelVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/// A request in the words of a task: the model that is meant, its inputs, and its answer.
///
/// @param <T> the task
final class TaskRequest<T> {
  private static final String MODEL = "model";
  private static final String VERSION = "version";

  private final Exchange exchange;
  private final JsonBody body;
  private final Tasks tasks;
  private final ModelVersion version;
  private final T task;

  /// What the requests of all tasks need.
  ///
  /// @param longest the most steps or words of an input
  record Tasks(ModelRepository repository, ComputeThreads compute, int longest) {}

  private TaskRequest(Exchange exchange, JsonBody body, Tasks tasks, ModelVersion version,
      T task) {
    this.exchange = exchange;
    this.body = body;
    this.tasks = tasks;
    this.version = version;
    this.task = task;
  }

  /// Reads a request.
  ///
  /// @param kind of models, for messages
  /// @param fields of its inputs
  /// @throws RefusedException if it has other fields, or there is no such model
  static <T> TaskRequest<T> read(Exchange exchange, Tasks tasks, Class<T> type, String kind,
      Set<String> fields) {
    var all = new HashSet<>(fields);
    all.add(MODEL);
    all.add(VERSION);
    var body = JsonBody.read(exchange.body()).only(all);
    var version = version(body, tasks.repository, type, kind);
    return new TaskRequest<>(exchange, body, tasks, version,
        type.cast(Objects.requireNonNull(version.model().task())));
  }

  /// The model that is named, or the only one of its kind.
  private static ModelVersion version(JsonBody body, ModelRepository repository, Class<?> task,
      String kind) {
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

  /// The fields of its inputs.
  JsonBody body() {
    return body;
  }

  /// The task.
  T task() {
    return task;
  }

  /// The fields `text` and `texts`.
  List<String> texts() {
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

  /// Refuses an input that is too long.
  ///
  /// @param steps or words that it has
  void requireLength(int steps) {
    if (steps > tasks.longest) {
      throw RefusedException.of(413, "the request has %d steps, at most %d are allowed", steps,
          tasks.longest);
    }
  }

  /// The most steps of an input, or of a horizon.
  int longest() {
    return tasks.longest;
  }

  /// Bounds what the inputs in arrays of some fields take together: answers have numbers for each.
  ///
  /// @param numbers of the answer to an input
  void reserve(int numbers, String... arrays) {
    long inputs = 1;
    long steps = 0;
    for (var name : arrays) {
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

  /// Computes something, as long as the client waits.
  <R> R compute(Supplier<R> work) {
    return tasks.compute.call(exchange, work);
  }

  /// Sends the answer.
  ///
  /// @param fields writes what it has besides the model
  void answer(Consumer<JsonGenerator> fields) {
    var out = new ByteSink(512);
    try (var json = JsonFormat.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty(MODEL, version.name());
      json.writeStringProperty(VERSION, version.version());
      fields.accept(json);
      json.writeEndObject();
    }
    exchange.send(200, Exchange.JSON, out);
  }
}
