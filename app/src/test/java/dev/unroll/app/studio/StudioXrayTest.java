package dev.unroll.app.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.app.command.XraySubject;
import dev.unroll.app.xray.Examination;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models that are looked inside.
@ExtendWith(TrainedStudio.Parameter.class)
class StudioXrayTest {
  private final TrainedStudio studio;
  private final Path folder;
  private final RawHttp http;

  StudioXrayTest(TrainedStudio studio) {
    this.studio = studio;
    this.folder = studio.folder();
    this.http = studio.http();
  }

  @Test
  void aModelIsLookedInside() throws IOException {
    var page =
        RawHttp.lines(http.post("/api/runs/one/xray", "{\"time\":40,\"example\":0}")).getLast();
    var kinds = new ArrayList<String>();
    for (var section : page.objects("sections")) {
      for (var panel : section.objects("panels")) {
        kinds.add(panel.string("kind"));
      }
    }
    assertThat(kinds).contains("lines", "painted", "influence", "heatmap");
    assertThat(http.post("/api/runs/one/xray", "{").status()).isEqualTo(400);
  }

  /// 10^12 steps were 2,000 without a word.
  @Test
  void aLimitIsTold() throws IOException {
    var reply = http.post("/api/runs/one/xray", "{\"time\":1000000000000,\"example\":0}");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body()).contains("time is 1000000000000, expected 2 to 2000");
  }

  @Test
  void anXrayThatNobodyWaitsForEnds() throws IOException {
    var reading = new XraySubject(studio.terminal(), "words.txt", 40, 0, 0)
        .read(folder.resolve("runs/one/model.safetensors"));
    try (var engine = Engine.of(1)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> Examination.page(engine, reading, List.of()))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /// Requests come from no file, but their faults ended with "the file is damaged".
  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{}", "{\"time\":\"x\",\"example\":0}"})
  void aFaultOfARequestIsOfTheRequest(String body) throws IOException {
    var reply = http.post("/api/runs/one/xray", body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("the request").doesNotContain("the file");
  }
}
