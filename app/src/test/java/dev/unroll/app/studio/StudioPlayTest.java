package dev.unroll.app.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.app.Commands;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Models that are played with.
@ExtendWith(TrainedStudio.Parameter.class)
class StudioPlayTest {
  private final Commands commands;
  private final RawHttp http;

  StudioPlayTest(TrainedStudio studio) {
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
    for (var line : lines.subList(1, lines.size())) {
      written.append(line.string("text"));
      assertThat(Base64.getDecoder().decode(line.string("state"))).hasSize(28);
      assertThat(line.list("next")).hasSize(8);
    }
    var generated = commands.said(List.of("generate", "runs/one", "--prompt", "to be", "--length",
        "20", "--seed", "3", "--temperature", "0.8"));
    assertThat(written.toString()).as("the same as the command")
        .isEqualTo(generated.stripTrailing());
    assertThat(http.post("/api/runs/one/write", body.formatted("-1")).body())
        .contains("temperature");
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
}
