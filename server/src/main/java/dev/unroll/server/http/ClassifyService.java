package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.data.Values.Features;
import dev.unroll.server.task.TaskAnswers;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// `/v1/classify`: classes of texts or sequences.
///
/// @param tasks what the requests of all tasks need
record ClassifyService(TaskRequest.Tasks tasks) {
  private static final Set<String> FIELDS = Set.of("text", "texts", "sequence", "sequences");

  /// Answers a request.
  void classify(Exchange exchange) {
    var request = TaskRequest.read(exchange, tasks, Classifier.class, "classifier", FIELDS);
    request.reserve(request.task().labels().size(), "texts", "sequences");
    var answers = request.compute(() -> classified(request));
    request.answer(json -> TaskAnswers.classes(json, answers));
  }

  private static List<Classification> classified(TaskRequest<Classifier> request) {
    var classifier = request.task();
    var body = request.body();
    boolean asTexts = body.has("text") || body.has("texts");
    if (classifier.readsTexts() != asTexts) {
      throw invalid(classifier.readsTexts() ? "the classifier reads texts; give text or texts"
          : "the classifier reads numbers over time; give sequence, [[…], …], or sequences");
    }
    if (asTexts) {
      return classifier.classifyTexts(request.texts());
    }
    var sequences = new ArrayList<Features>();
    var one = body.node("sequence");
    if (one != null) {
      sequences.add(sequence(request, one));
    }
    var many = body.node("sequences");
    if (many != null) {
      many.forEach(each -> sequences.add(sequence(request, each)));
    }
    if (sequences.isEmpty()) {
      throw invalid("the request has no sequence");
    }
    return classifier.classifySequences(sequences);
  }

  private static Features sequence(TaskRequest<?> request, JsonNode rows) {
    if (!rows.isArray() || rows.isEmpty()) {
      throw invalid("a sequence is %s, expected an array of steps, [[…], …]",
          JsonBody.shown(rows));
    }
    request.requireLength(rows.size());
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
}
