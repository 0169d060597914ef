package dev.unroll.app.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.app.Commands;
import dev.unroll.format.json.JsonLines;
import dev.unroll.format.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The runs of a folder as the studio shows them, and what it has trainings do.
@ExtendWith(TrainedStudio.Parameter.class)
class StudioRunsTest {
  private final Path folder;
  private final Commands commands;
  private final RawHttp http;

  StudioRunsTest(TrainedStudio studio) {
    this.folder = studio.folder();
    this.commands = studio.commands();
    this.http = studio.http();
  }

  @Test
  void theRunsAreListed() throws Exception {
    var runs = http.get("/api/runs").json().objects("runs");
    while (runs.toString().contains("reading")) {
      Thread.sleep(20);
      runs = http.get("/api/runs").json().objects("runs");
    }
    assertThat(runs).extracting(run -> run.string("name"))
        .contains("one", "two", "moods", "wave", "sevens", "tags").doesNotContain("no run");
    for (var run : runs) {
      if (!run.string("name").equals("live")) {
        assertThat(run.string("state")).isEqualTo("ended");
        assertThat(run.list("spark").isEmpty()).as("a model alone").isEqualTo(
            run.string("name").equals("torn"));
      }
      if (run.string("name").equals("moods")) {
        assertThat(run.string("task")).isEqualTo("classify");
      }
    }
  }

  @Test
  void aRunHasWhatItsLogHas() throws IOException {
    var log = JsonLines.read(folder.resolve("runs/one/log.jsonl"));
    var steps = log.stream().filter(line -> line.has("loss")).toList();
    var run = http.get("/api/runs/one").json();
    var curves = run.object("curves");
    assertThat(curves.longs("step")).hasSize(steps.size()).endsWith((long) steps.size());
    for (int i = 0; i < steps.size(); i++) {
      assertThat(curves.numbers("loss").get(i)).isCloseTo(steps.get(i).number("loss"),
          withPercentage(0.01));
    }
    assertThat(curves.object("updates").object("ratios").numbers("layer0.Uf")).hasSameSizeAs(steps);
    assertThat(run.object("settings").string("cell")).isEqualTo("lstm");
    assertThat(run.objects("epochLines")).hasSize(2);
    var look = run.objects("looks").getLast();
    assertThat(look.object("lags").numbers("layer0 · h").getFirst()).isEqualTo(1);
    assertThat(look.object("gates").numbers("layer0 · f")).hasSize(3)
        .allMatch(share -> share >= 0 && share <= 1);
    assertThat(http.get("/api/runs/one?version=" + run.integer("version")).body())
        .as("nothing new").isEqualTo("null");
    assertThat(http.get("/api/runs/one/report").head())
        .contains("Content-Security-Policy: sandbox allow-scripts");
  }

  /// The tasks had no log at all.
  @Test
  void aTaskHasALogToo() throws IOException {
    var run = http.get("/api/runs/moods").json();
    assertThat(run.object("curves").longs("step")).isNotEmpty();
    assertThat(run.objects("epochLines")).hasSize(2);
    assertThat(run.object("settings").string("task")).isEqualTo("classify");
    assertThat(run.object("curves").object("updates").longs("places")).startsWith(0L);
    assertThat(run.object("settings").string("set")).isEqualTo("hidden=8");
  }

  /// The tasks had no gradient by lag and no gates.
  @ParameterizedTest
  @ValueSource(strings = {"moods", "beats", "tags", "sevens", "wave", "odd"})
  void aTaskIsLookedInsideToo(String task) throws IOException {
    var look = http.get("/api/runs/" + task).json().objects("looks").getLast();
    assertThat(look.longInteger("step"))
        .isEqualTo(http.get("/api/runs/" + task).json().longInteger("step"));
    var lags = look.object("lags");
    assertThat(lags.keys()).isNotEmpty();
    for (var state : lags.keys()) {
      assertThat(lags.numbers(state).getFirst()).as(state).isEqualTo(1);
    }
    var gates = look.object("gates");
    assertThat(gates.keys()).isNotEmpty();
    for (var gate : gates.keys()) {
      assertThat(gates.numbers(gate)).hasSize(3).allMatch(share -> share >= 0 && share <= 1);
    }
  }

  @Test
  void aTrainingIsWatchedChangedStoppedAndGoesOn() throws Exception {
    var args = Commands.train(Path.of("words.txt"), "runs/live", "--epochs", "100000", "--patience",
        "100000");
    var training = new FutureTask<Commands.Result>((Callable<Commands.Result>) () -> commands
        .run(args));
    Thread.ofPlatform().start(training);
    await("live", "running");
    assertThat(http.post("/api/runs/live/rate", "{\"learningRate\":0}").status()).isEqualTo(400);
    assertThat(http.post("/api/runs/live/rate", "{\"learningRate\":0.0123}").status())
        .isEqualTo(200);
    while (http.get("/api/runs/live").json().objects("rates").isEmpty()) {
      Thread.sleep(20);
    }
    assertThat(http.post("/api/runs/live/stop", "{}").status()).isEqualTo(200);
    var result = training.get();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("learning rate 0.0123", "stopped after step");
    var run = http.get("/api/runs/live").json();
    assertThat(run.string("state")).isEqualTo("interrupted");
    assertThat(run.objects("rates").getFirst().number("learningRate")).isEqualTo(0.0123);
    assertThat(Safetensors.read(folder.resolve("runs/live/checkpoint.safetensors")).metadata()
        .get("unroll.checkpoint")).contains("\"learningRate\":0.0");
    assertThat(rateAfter(run.objects("rates").getFirst().longInteger("step")))
        .as("sent, told and used are one").isCloseTo(0.0123, withPercentage(1e-9));
    assertThat(http.post("/api/runs/live/stop", "{}").body()).contains("live is not being trained");
    assertThat(http.post("/api/runs/live/resume", "{}").status()).isEqualTo(200);
    assertThat(http.post("/api/runs/live/resume", "{}").status())
        .as("a second process of the same run").isEqualTo(400);
    long steps = run.longInteger("step");
    while (http.get("/api/runs/live").json().longInteger("step") <= steps) {
      assertThat(http.get("/api/runs/live").json().string("complaint")).isEmpty();
      Thread.sleep(50);
    }
    await("live", "running");
    http.post("/api/runs/live/stop", "{}");
    await("live", "interrupted");
  }

  /// The rate of a step of the run that is changed, by its log.
  private double rateAfter(long step) throws IOException {
    for (var line : JsonLines.read(folder.resolve("runs/live/log.jsonl"))) {
      if (line.has("loss") && line.longInteger("step") == step + 1) {
        return line.number("learningRate");
      }
    }
    return Double.NaN;
  }

  private void await(String run, String state) throws Exception {
    while (true) {
      var reply = http.get("/api/runs/" + run);
      if (reply.status() == 200 && reply.json().string("state").equals(state)) {
        return;
      }
      Thread.sleep(20);
    }
  }

  @Test
  void aVersionIsANumber() throws IOException {
    assertThat(http.get("/api/runs/one?version=abc").json().string("error"))
        .isEqualTo("version is 'abc', expected a whole number");
  }

  /// The first line of each process was a warning of its JVM.
  @Test
  void whatAProcessSaysIsShownWithoutItsJvm() {
    assertThat(Activities.shown("""
        WARNING: Using incubator modules: jdk.incubator.vector
        unroll: the checkpoint is damaged
        """)).isEqualTo("unroll: the checkpoint is damaged");
  }
}
