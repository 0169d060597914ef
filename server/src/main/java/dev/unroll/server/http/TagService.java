package dev.unroll.server.http;

import dev.unroll.server.task.TaskAnswers;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.tag.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `/v1/tag`: tags of texts, or of sentences that are split already.
///
/// @param tasks what the requests of all tasks need
record TagService(TaskRequest.Tasks tasks) {
  private static final Set<String> FIELDS = Set.of("text", "texts", "tokens");

  /// Answers a request.
  void tag(Exchange exchange) {
    var request = TaskRequest.read(exchange, tasks, Tagger.class, "tagger", FIELDS);
    request.reserve(1, "texts");
    var answers = request.compute(() -> tagged(request));
    request.answer(json -> TaskAnswers.tags(json, answers));
  }

  private static List<Tags> tagged(TaskRequest<Tagger> request) {
    var tagger = request.task();
    var tokens = request.body().node("tokens");
    if (tokens != null) {
      request.requireLength(tokens.size());
      return List.of(tagger.tag(JsonBody.texts(tokens, "tokens")));
    }
    var texts = request.texts();
    var sentences = texts.stream().map(tagger::split).toList();
    sentences.forEach(sentence -> request.requireLength(sentence.size()));
    var found = tagger.tagAll(sentences);
    var placed = new ArrayList<Tags>();
    for (int i = 0; i < found.size(); i++) {
      placed.add(found.get(i).in(texts.get(i)));
    }
    return placed;
  }
}
