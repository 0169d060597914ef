package dev.unroll.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.model.Generator;
import dev.unroll.model.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Texts: `generate_rest.yaml` of the Open Inference Protocol and Triton's "Generate Extension".
class GenerateTest {
  private static final String GENERATE = "/v2/models/text/generate";

  @TempDir
  private static Path folder;

  private static Running server;

  @BeforeAll
  static void serve() throws IOException {
    server = Running.of(Running.models(folder));
  }

  @AfterAll
  static void end() {
    server.close();
  }

  /// The text of a generator of the library, alone.
  private static String expected(String prompt, int length, long seed, Sampling sampling) {
    var model = Running.text();
    var inputs = model.architecture().inputs();
    var labels = model.architecture().outputs().labels();
    var generator = new Generator(model, Engine.of(1), sampling, seed,
        inputs.encode("\n" + prompt));
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(labels.token(generator.next()));
    }
    return text.toString();
  }

  private static String request(String prompt, int length, long seed, String more) {
    return "{\"text_input\":\"%s\",\"parameters\":{\"max_tokens\":%d,\"seed\":%d%s}}"
        .formatted(prompt, length, seed, more);
  }

  @Test
  void theSameSeedGivesTheTextOfTheLibrary() {
    var answer = server.post(GENERATE, request("abc", 50, 7, ""));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var json = answer.json();
    assertThat(json.get("model_name").stringValue()).isEqualTo("text");
    assertThat(json.get("model_version").stringValue()).isEqualTo("1");
    assertThat(json.get("text_output").stringValue())
        .isEqualTo(expected("abc", 50, 7, new Sampling(0.8, 0, 1)));
    assertThat(json.get("finish_reason").stringValue()).isEqualTo("length");
    assertThat(json.get("tokens").intValue()).isEqualTo(50);
    var sharper = server.post(GENERATE,
        request("abc", 30, 7, ",\"temperature\":0.3,\"top_k\":3,\"top_p\":0.9"));
    assertThat(sharper.json().get("text_output").stringValue())
        .isEqualTo(expected("abc", 30, 7, new Sampling(0.3, 3, 0.9)));
  }

  @Test
  void parametersMayStandBesideTheText() {
    var answer = server.post(GENERATE, "{\"text_input\":\"abc\",\"max_tokens\":20,\"seed\":7}");
    assertThat(answer.json().get("text_output").stringValue())
        .isEqualTo(expected("abc", 20, 7, new Sampling(0.8, 0, 1)));
  }

  /// The answer has the seed that was drawn, so that the text can be had again.
  @Test
  void withoutASeedTheAnswerHasOne() {
    var first = server.post(GENERATE, "{\"text_input\":\"abc\",\"max_tokens\":40}").json();
    var again = server.post(GENERATE, request("abc", 40, first.get("seed").longValue(), ""));
    assertThat(again.json().get("text_output")).isEqualTo(first.get("text_output"));
  }

  @Test
  void aStreamHasAnEventForEachToken() {
    var events = stream(request("abc", 25, 3, ""));
    assertThat(events).hasSize(26);
    var text = new StringBuilder();
    for (var event : events.subList(0, 25)) {
      assertThat(event.get("done").booleanValue()).isFalse();
      assertThat(event.get("text_output").stringValue()).hasSize(1);
      text.append(event.get("text_output").stringValue());
    }
    assertThat(text).hasToString(expected("abc", 25, 3, new Sampling(0.8, 0, 1)));
    assertThat(events.getLast().get("done").booleanValue()).isTrue();
    assertThat(events.getLast().get("finish_reason").stringValue()).isEqualTo("length");
  }

  private static List<JsonNode> stream(String request) {
    var answer = server.post(GENERATE + "_stream", request);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
    var events = new ArrayList<JsonNode>();
    for (var event : answer.text().split("\n\n")) {
      assertThat(event).startsWith("data: ").doesNotContain("\n");
      events.add(JsonMapper.shared().readTree(event.substring(6)));
    }
    return events;
  }

  /// What may begin a text that ends the answer is held back until it is known.
  /// The line break that is read before the prompt was counted: character 2, line 2.
  @Test
  void aCharacterThatIsNotKnownIsNamedByItsPlaceInThePrompt() {
    var answer = server.post(GENERATE, request("\u03bb", 5, 7, ""));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.error()).startsWith("Character 1 (line 1)");
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void anAnswerEndsBeforeAText(int length) {
    var whole = expected("abc", 200, 5, new Sampling(0.8, 0, 1));
    var stop = whole.substring(20, 20 + length);
    var before = whole.substring(0, whole.indexOf(stop));
    var more = ",\"stop\":[\"never\",\"%s\"]".formatted(stop.replace("\n", "\\n"));
    var answer = server.post(GENERATE, request("abc", 200, 5, more)).json();
    assertThat(answer.get("text_output").stringValue()).isEqualTo(before);
    assertThat(answer.get("finish_reason").stringValue()).isEqualTo("stop");
    var streamed = new StringBuilder();
    stream(request("abc", 200, 5, more))
        .forEach(event -> streamed.append(event.get("text_output").stringValue()));
    assertThat(streamed).hasToString(before);
  }

  /// Texts at once are stepped together, and each is as if it were alone.
  @Test
  void manyTextsAtOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<String>>();
      for (int i = 0; i < 30; i++) {
        int seed = i;
        all.add(threads.submit(() -> server.post(GENERATE, request("xyz", 40, seed, "")).json()
            .get("text_output").stringValue()));
      }
      for (int i = 0; i < all.size(); i++) {
        assertThat(all.get(i).get()).isEqualTo(expected("xyz", 40, i, new Sampling(0.8, 0, 1)));
      }
    }
  }

  /// 422 for what cannot be asked, by the specification; one sentence.
  @ParameterizedTest
  @CsvSource(delimiter = '|',
      value = {"{}|no text_input", "{\"text_input\":7}|text_input is 7, expected a string",
        "{\"text_input\":\"Q\"}|Q", "{\"text_input\":\"a\",\"max_tokens\":0}|max_tokens is 0",
        "{\"text_input\":\"a\",\"max_tokens\":99999}|1 to 4096",
        "{\"text_input\":\"a\",\"temprature\":1}|\"temprature\"",
        "{\"text_input\":\"a\",\"temperature\":-1}|0 to 100",
        "{\"text_input\":\"a\",\"top_p\":0}|top-p is 0.0",
        "{\"text_input\":\"a\",\"beam\":3}|draws its text",
        "{\"text_input\":\"a\",\"stop\":7}|stop is 7, expected a string or an array",
        "{\"text_input\":\"a\",\"stop\":\"\"}|stop has an empty text",
        "{\"text_input\":\"a\",\"stream\":\"yes\"}|stream is \"yes\", expected true or false",
        "{\"text_input\":\"a\",\"parameters\":7}|parameters is 7, expected an object"})
  void whatCannotBeAsked(String body, String why) {
    for (var path : new String[] {GENERATE, GENERATE + "_stream"}) {
      var answer = server.post(path, body);
      assertThat(answer.status()).as(answer.text()).isEqualTo(422);
      assertThat(answer.error()).contains(why);
    }
  }

  @Test
  void aModelThatWritesNoText() {
    var answer = server.post("/v2/models/steps/generate", "{\"text_input\":\"a\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("writes no text");
  }
}
