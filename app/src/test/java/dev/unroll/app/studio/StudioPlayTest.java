package dev.unroll.app.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.Engine;
import dev.unroll.app.Commands;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.text.TextCoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models that are played with.
@ExtendWith(TrainedStudio.Parameter.class)
class StudioPlayTest {
  private final TrainedStudio studio;
  private final Commands commands;
  private final RawHttp http;

  StudioPlayTest(TrainedStudio studio) {
    this.studio = studio;
    this.commands = studio.commands();
    this.http = studio.http();
  }

  @Test
  void aModelWritesSymbolBySymbolWithItsStates() throws IOException {
    assertThat(http.get("/api/runs/one/play").json().string("kind")).isEqualTo("text");
    var body = "{\"prompt\":\"to be\",\"length\":20,\"temperature\":%s,\"topP\":1,\"seed\":3}";
    var lines = RawHttp.lines(http.post("/api/runs/one/write", body.formatted("0.8")));
    var states = lines.getFirst().objects("states");
    int size = 0;
    for (var part : states) {
      size += part.integer("size");
    }
    assertThat(size).as("h and c of two layers of 7").isEqualTo(28);
    assertThat(lines).hasSize(1 + 5 + 20);
    var written = new StringBuilder();
    var file = ModelFile.read(studio.folder().resolve("runs/one/model.safetensors"));
    try (var engine = Engine.of(1)) {
      var stepper = file.languageModel().stepper(engine, 1);
      var state = stepper.initial();
      var logits = new float[stepper.outputs()];
      stepper.step(TextCoding.of(file).encode("\n")[0], state, logits, state);
      for (var line : lines.subList(1, lines.size())) {
        written.append(line.string("text"));
        stepper.step(TextCoding.of(file).encode(line.string("text"))[0], state, logits, state);
        assertThat(floats(line.string("state"))).as("every unit, however large")
            .isEqualTo(state.toArray());
        assertThat(line.list("next")).hasSize(8);
      }
    }
    var generated = commands.said(List.of("generate", "runs/one", "--prompt", "to be", "--length",
        "20", "--seed", "3", "--temperature", "0.8"));
    assertThat(written.toString()).as("the same as the command")
        .isEqualTo(generated.stripTrailing());
    assertThat(http.post("/api/runs/one/write", body.formatted("-1")).body())
        .contains("temperature");
  }

  private static float[] floats(String text) {
    var buffer = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
    var values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /// Whoever left while a model wrote got an error, which could not be sent: a stack trace in the
  /// terminal.
  @Test
  void whoLeavesIsNotAnswered() throws IOException {
    var warnings = Collections.synchronizedList(new ArrayList<String>());
    var handler = new Handler() {
      @Override
      public void publish(LogRecord record) {
        warnings.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    var logger = Logger.getLogger("io.helidon");
    logger.addHandler(handler);
    try {
      var body = "{\"prompt\":\"\",\"length\":%d,\"temperature\":1,\"topP\":1,\"seed\":3}";
      for (int i = 0; i < 2; i++) {
        http.leave("/api/runs/one/write", body.formatted(2_000));
      }
      for (int i = 0; i < 3; i++) { // the last of these waits for both
        assertThat(http.post("/api/runs/one/write", body.formatted(300)).status()).isEqualTo(200);
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void aCharacterThatIsNotKnownIsCountedInWhatWasTyped() throws IOException {
    assertThat(http.post("/api/runs/one/write",
        "{\"prompt\":\"日本\",\"length\":2,\"temperature\":1,\"topP\":1,\"seed\":3}").body())
        .contains("Character 1 (line 1) is '日'");
  }

  /// A writing that failed in the middle ended without a word.
  @Test
  void aWritingThatFailsInTheMiddleSaysSo() throws IOException {
    var lines = RawHttp.lines(http.post("/api/runs/torn/write",
        "{\"prompt\":\"to be\",\"length\":20,\"temperature\":1,\"topP\":1,\"seed\":3}"));
    assertThat(lines).as("states, three symbols that it can read, the failure").hasSize(5);
    assertThat(lines.getLast().string("error")).contains("not finite");
  }

  @Test
  void aClassifierSaysWhatCounted() throws IOException {
    var answer = http.post("/api/runs/moods/answer", "{\"text\":\"good day\"}").json();
    assertThat(answer.string("answer")).isIn("up", "down");
    assertThat(answer.list("choices")).hasSize(2);
    var panel = answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
    assertThat(panel.string("kind")).isEqualTo("influence");
    assertThat(answer.object("page").objects("heats").getFirst().bool("log"))
        .as("bars are in proportion").isFalse();
    assertThat(String.join("", panel.strings("tokens"))).isEqualTo("good day".replace(" ",
        panel.strings("tokens").size() == 2 ? "" : " "));
    assertThat(http.post("/api/runs/one/answer", "{\"text\":\"x\"}").status()).isEqualTo(400);
  }

  @Test
  void aForecastHasItsBandAnywhereInTheData() throws IOException {
    for (double from : new double[] {0, 0.5, 1}) {
      var answer =
          http.post("/api/runs/wave/forecast", "{\"from\":%s}".formatted(from)).json();
      var panel =
          answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
      var series = new JsonFields("choice", panel.objects("choices").getFirst().values())
          .objects("value");
      assertThat(series).hasSize(4);
      assertThat(series.get(1).strings("marks")).contains("band", "dashed");
      assertThat(series.get(1).numbers("values")).hasSize(6);
      assertThat(answer.integer("origin")).isBetween(1, 114);
    }
  }

  @Test
  void aTransducerShowsWhereItLooked() throws IOException {
    var answer = http.post("/api/runs/sevens/answer", "{\"text\":\"12\"}").json();
    assertThat(answer.list("choices")).isNotEmpty();
    assertThat(http.get("/api/runs/sevens/play").json().string("kind")).isEqualTo("transduce");
    if (!answer.string("answer").isEmpty()) {
      var panel =
          answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
      assertThat(panel.strings("tokens")).containsExactly("1", "2");
    }
  }

  @Test
  void aTaggerTagsWords() throws IOException {
    var answer = http.post("/api/runs/tags/answer", "{\"text\":\"it3 was\"}").json();
    assertThat(answer.list("tags")).hasSize(2);
  }

  private JsonFields play(String run) throws IOException {
    return http.get("/api/runs/%s/play".formatted(run)).json();
  }

  private JsonFields answer(String run, String text) throws IOException {
    var reply = http.post("/api/runs/%s/answer".formatted(run),
        "{\"text\": %s}".formatted(Json.write(text)));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json();
  }

  private JsonFields example(String run, int number) throws IOException {
    return http.post("/api/runs/%s/example".formatted(run), "{\"number\":%d}".formatted(number))
        .json();
  }

  private static List<String> titles(JsonFields answer) throws IOException {
    var titles = new ArrayList<String>();
    for (var section : answer.object("page").objects("sections")) {
      for (var panel : section.objects("panels")) {
        titles.add(panel.string("title"));
      }
    }
    return titles;
  }

  /// What the command says of an input of JSON.
  private JsonFields predicted(String run, String input) throws IOException {
    var result = commands.runWith("{\"input\": %s}%n".formatted(input), "predict", "runs/" + run,
        "--threads", "1");
    assertThat(result.exitCode()).as(result.err()).isZero();
    return JsonFields.parse(result.out(), "the command");
  }

  /// Only classifiers of texts could be played with.
  @Test
  void aClassifierOfNumbersAnswersExamplesOfItsDataAndPastedRows() throws IOException {
    assertThat(play("beats").string("kind")).isEqualTo("numbers");
    assertThat(play("beats").integer("columns")).isEqualTo(2);
    var third = example("beats", 3);
    assertThat(third.integer("count")).isEqualTo(24);
    assertThat(third.string("target")).isEqualTo("falling");
    assertThat(third.string("input")).startsWith("[[9,3],[8,3],");
    var answer = answer("beats", third.string("input"));
    assertThat(answer.list("choices")).hasSize(2);
    assertThat(titles(answer)).containsExactly("What it reads", "What counted for the answer");
    var predicted = predicted("beats", third.string("input"));
    assertThat(answer.string("answer")).isEqualTo(predicted.string("label"));
    assertThat(((List<?>) answer.list("choices").getFirst()).get(1))
        .isEqualTo(predicted.number("probability"));
    var rows = new StringBuilder();
    for (int t = 0; t < 10; t++) {
      rows.append("%d%s3%n".formatted(9 - t, t % 2 == 0 ? ", " : "\t"));
    }
    assertThat(answer("beats", rows.toString()).values()).isEqualTo(answer.values());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "beats   | 1, 2, 3               | 3 numbers a step, but the classifier reads 2",
    "beats   | 1 x                   | row 1 has 'x', expected numbers",
    "beats   | [1                    | the input",
    "sums    | 1, 2, 3               | the input",
    "names   | ''                    | the input",
    "counts  | 1 2 3                 | the input"})
  void whatAModelDoesNotReadIsRefusedInASentence(String run, String text, String sentence)
      throws IOException {
    var reply = http.post("/api/runs/%s/answer".formatted(run),
        "{\"text\": %s}".formatted(Json.write(text)));
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(reply.json().string("error")).contains(sentence).doesNotContain("Exception");
  }

  /// Models of `unroll fit` could not be played with.
  @Test
  void aFittedModelOfLabelsSaysHowSureItIsAndWhatCounted() throws IOException {
    assertThat(play("names").string("kind")).isEqualTo("symbols");
    var first = example("names", 0);
    assertThat(first.string("input")).isEqualTo("Mac0");
    assertThat(first.string("target")).isEqualTo("Scottish");
    var answer = answer("names", "Mac0");
    var predicted = predicted("names", "\"Mac0\"");
    assertThat(answer.string("answer")).isEqualTo(predicted.string("label"));
    assertThat(((List<?>) answer.list("choices").getFirst()).get(1))
        .isEqualTo(predicted.number("probability"));
    assertThat(answer.list("choices")).hasSize(2);
    var panel = answer.object("page").objects("sections").getFirst().objects("panels").getFirst();
    assertThat(panel.strings("tokens")).containsExactly("M", "a", "c", "0");
  }

  @Test
  void aFittedModelOfNumbersAnswersInTheUnitsOfItsData() throws IOException {
    assertThat(play("sums").string("kind")).isEqualTo("numbers");
    var input = example("sums", 5).string("input");
    assertThat(input).isEqualTo("[[5,1],[5,2],[6,3]]");
    assertThat(example("sums", 5).string("target")).isEqualTo("[[16,0]]");
    var answer = answer("sums", input);
    assertThat(answer.string("answer")).isEqualTo(predicted("sums", input).numbers("numbers")
        .stream().map(String::valueOf).collect(Collectors.joining(", ")));
    assertThat(titles(answer)).containsExactly("What it reads", "What counted for the answer");
  }

  @Test
  void aFittedModelThatAnswersEachStepDoesSo() throws IOException {
    var tags = answer("follow", "[\"a\", \"b\", \"c\"]").list("tags");
    assertThat(tags).hasSize(3);
    assertThat(((List<?>) tags.getLast()).getFirst()).isEqualTo("c");
    assertThat(answer("follow", "a b c").list("tags")).isEqualTo(tags);
    assertThat(titles(answer("follow", "a b c"))).containsExactly("What counted for the answer");
    var doubled = answer("double", "1\n2\n4\n");
    assertThat(titles(doubled)).containsExactly("What it reads", "What it answers");
    var curve = new JsonFields("choice", doubled.object("page").objects("sections").getFirst()
        .objects("panels").getLast().objects("choices").getFirst().values()).objects("value")
        .getFirst().numbers("values");
    assertThat(curve).hasSize(3);
    assertThat(curve.getFirst()).isCloseTo(
        predicted("double", "[1, 2, 4]").numbers("numbers").getFirst(), withPercentage(0.001));
  }

  @Test
  void aFittedModelWritesSequences() throws IOException {
    var answer = answer("spell", "ab1");
    assertThat(answer.string("answer")).isEqualTo(predicted("spell", "\"ab1\"").string("text"));
    assertThat(titles(answer("counts", example("counts", 2).string("input"))))
        .contains("What it reads", "What it answers");
  }

  @Test
  void anExampleThatIsNotThereIsRefused() throws IOException {
    assertThat(example("names", 24).string("error"))
        .isEqualTo("example 24: there are 24, counted from 0");
    assertThat(example("one", 0).string("error")).contains("answers no examples");
  }

  /// Detectors could not be played with.
  @Test
  void aDetectorMarksWhatIsOddInItsData() throws IOException {
    assertThat(play("odd").string("kind")).isEqualTo("detect");
    var page = http.post("/api/runs/odd/detect", "{}").json();
    var panels = page.objects("sections").getFirst().objects("panels");
    assertThat(panels).extracting(panel -> panel.string("title"))
        .containsExactly("Alarms", "Distance");
    var judged = commands.said(List.of("detect", "runs/odd", "odd.csv")).lines().skip(1).toList();
    var alarms = judged.stream().filter(line -> line.endsWith("true")).count();
    assertThat(page.objects("figures").get(1).string("value")).isEqualTo(Long.toString(alarms));
    var seen = panels.getFirst().objects("choices").getFirst().objects("value").getFirst();
    assertThat(seen.numbers("values")).hasSize(judged.size()).contains(90.0);
  }
}
