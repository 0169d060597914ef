package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Lstm;
import dev.unroll.format.FormatException;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.server.repository.ModelPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Models that come, change and go while the server runs.
class ReplacedModelTest {
  private static final float[] X = {0.5f, -1, 2};

  @TempDir
  private Path folder;

  private static float[] expected(long seed, float[]... x) {
    var all = Running.steps(seed).predictor().predict(x);
    return all[all.length - 1];
  }

  private static float[] answer(Running server, String model) {
    var answer = server.infer(model, Running.request("", "[1,1,3]", X));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.data("numbers");
  }

  /// Looks twice: a file that has changed since the last look may still be written.
  private static void look(Running server) {
    server.server().lookAtModels();
    server.server().lookAtModels();
  }

  @Test
  void aChangedModelTakesOverAndSequencesGoOn() throws IOException {
    Running.steps(1).save(folder.resolve("m.safetensors"));
    try (var server = Running.of(folder)) {
      server.infer("m", Running.request("\"sequence_id\":1,\"sequence_start\":true", "[1,1,3]", X));
      Running.steps(2).save(folder.resolve("m.safetensors"));
      server.server().lookAtModels();
      assertThat(answer(server, "m")).isEqualTo(expected(1, X));
      server.server().lookAtModels();
      assertThat(answer(server, "m")).isEqualTo(expected(2, X));
      assertThat(server.log).last().asString().contains("replaced by");
      // Its state is that of the first model, and the second one goes on with it.
      var on = server.infer("m", Running.request("\"sequence_id\":1", "[1,1,3]", X));
      assertThat(on.status()).isEqualTo(200);
      assertThat(on.data("numbers")).isNotEqualTo(expected(2, X));
    }
  }

  @Test
  void aSequenceWhoseStateDoesNotFitIsRefused() throws IOException {
    Running.steps(1).save(folder.resolve("m.safetensors"));
    try (var server = Running.of(folder)) {
      server.infer("m", Running.request("\"sequence_id\":1,\"sequence_start\":true", "[1,1,3]", X));
      SequenceToSequence.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 9),
          Outputs.numbers(2)).save(folder.resolve("m.safetensors"));
      look(server);
      var answer = server.infer("m", Running.request("\"sequence_id\":1", "[1,1,3]", X));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.error()).contains("another model").contains("sequence_start");
    }
  }

  @Test
  void garbageChangesNothingAndIsToldOnce() throws IOException {
    var file = folder.resolve("m.safetensors");
    Running.steps(1).save(file);
    try (var server = Running.of(folder)) {
      for (var garbage : List.of(new byte[0], new byte[1000], "{\"a\":".getBytes(UTF_8),
          trimmed(file))) {
        Files.write(file, garbage);
        look(server);
        look(server);
        assertThat(answer(server, "m")).isEqualTo(expected(1, X));
        assertThat(server.log).last().asString().contains("cannot be loaded")
            .contains("the model before it goes on");
      }
      assertThat(server.log.stream().filter(line -> line.contains("cannot be loaded"))).hasSize(4);
      Running.steps(3).save(file);
      look(server);
      assertThat(answer(server, "m")).isEqualTo(expected(3, X));
    }
  }

  /// A model that could not be loaded was in no list, and asked for it was said not to be there.
  @Test
  void theIndexHasWhatCouldNotBeLoaded() throws IOException {
    Running.steps(1).save(folder.resolve("m.safetensors"));
    Files.writeString(folder.resolve("bad.safetensors"), "garbage");
    try (var server = Running.of(folder)) {
      var index = server.post("/v2/repository/index", "").json();
      assertThat(index.toString()).isEqualTo(server.post("/v2/repository/index",
          "{\"ready\":false}").text());
      assertThat(index.size()).isEqualTo(2);
      assertThat(index.get(0).toString()).isEqualTo(
          "{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}");
      var bad = index.get(1);
      assertThat(bad.get("name").stringValue()).isEqualTo("bad");
      assertThat(bad.get("version").stringValue()).isEqualTo("1");
      assertThat(bad.get("state").stringValue()).isEqualTo("UNAVAILABLE");
      var reason = bad.get("reason").stringValue();
      assertThat(reason).isNotEmpty().doesNotContain(folder.toString());
      assertThat(server.infer("bad", "{}").error())
          .isEqualTo("the model \"bad\" cannot be loaded: " + reason);
      var ready = server.post("/v2/repository/index", "{\"ready\":true}").json();
      assertThat(ready.size()).isEqualTo(1);
      assertThat(ready.get(0)).isEqualTo(index.get(0));
      // A model that goes on from an earlier file is ready.
      Files.writeString(folder.resolve("m.safetensors"), "garbage");
      Running.steps(1).save(folder.resolve("bad.safetensors"));
      look(server);
      assertThat(server.post("/v2/repository/index", "").text()).doesNotContain("UNAVAILABLE")
          .contains("\"bad\"", "\"m\"");
      Files.delete(folder.resolve("m.safetensors"));
      look(server);
      look(server);
      assertThat(server.post("/v2/repository/index", "").json().size()).isEqualTo(1);
    }
  }

  @Test
  void whatIsWrongWithARequestForTheIndex() throws IOException {
    try (var server = Running.of(folder)) {
      assertThat(server.post("/v2/repository/index", "{\"ready\":1}").error())
          .isEqualTo("ready is 1, expected true or false");
      assertThat(server.post("/v2/repository/index", "{\"redy\":true}").error())
          .contains("\"redy\"", "[ready]");
    }
  }

  /// Triton's requests to load and unload said that there was nothing at their paths.
  @Test
  void modelsAreNotLoadedByRequests() throws IOException {
    Running.steps(1).save(folder.resolve("m.safetensors"));
    try (var server = Running.of(folder)) {
      var load = server.post("/v2/repository/models/m/load", "{}");
      assertThat(load.status()).isEqualTo(400);
      assertThat(load.error()).isEqualTo("models are not loaded by requests; put the file of \"m\""
          + " into a folder that the server watches, and it is loaded");
      var unload = server.post("/v2/repository/models/m/unload", "");
      assertThat(unload.status()).isEqualTo(400);
      assertThat(unload.error()).contains("not unloaded by requests", "take the file of \"m\"");
      assertThat(server.post("/v2/repository/models/m/reload", "").status()).isEqualTo(404);
      assertThat(server.get("/v2/repository/models/m/load").status()).isEqualTo(405);
      assertThat(answer(server, "m")).isEqualTo(expected(1, X));
    }
  }

  private static byte[] trimmed(Path like) throws IOException {
    Running.steps(1).save(like);
    var bytes = Files.readAllBytes(like);
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  @Test
  void versionsComeAndGo() throws IOException {
    Files.createDirectories(folder.resolve("m/2"));
    Running.steps(2).save(folder.resolve("m/2/model.safetensors"));
    try (var server = Running.of(folder)) {
      Files.createDirectories(folder.resolve("m/10"));
      Running.steps(10).save(folder.resolve("m/10/model.safetensors"));
      Running.steps(5).save(folder.resolve("other.safetensors"));
      look(server);
      assertThat(answer(server, "m")).isEqualTo(expected(10, X));
      assertThat(answer(server, "m/versions/2")).isEqualTo(expected(2, X));
      assertThat(answer(server, "other")).isEqualTo(expected(5, X));
      assertThat(server.get("/v2/models/m").json().get("versions").toString())
          .isEqualTo("[\"2\",\"10\"]");
      assertThat(server.post("/v2/repository/index", "{}").json().size()).isEqualTo(3);
      Files.delete(folder.resolve("m/10/model.safetensors"));
      Files.delete(folder.resolve("other.safetensors"));
      look(server);
      assertThat(answer(server, "m")).isEqualTo(expected(2, X));
      assertThat(server.get("/v2/models/other").status()).isEqualTo(404);
      assertThat(server.get("/v2/models/m/versions/10").error()).contains("no version \"10\"");
    }
  }

  /// A run that has not ended has a checkpoint, and a model once it has.
  @Test
  void aRunThatHasNotEnded() throws IOException {
    var run = Files.createDirectories(folder.resolve("run-1"));
    Running.steps(1).save(run.resolve("checkpoint.safetensors"));
    Files.writeString(run.resolve("log.jsonl"), "{}\n");
    try (var server = Running.of(run)) {
      assertThat(server.log).anyMatch(line -> line.contains("holds no model yet"));
      assertThat(server.get("/v2/models/checkpoint").status()).isEqualTo(404);
      Running.steps(4).save(run.resolve("model.safetensors"));
      look(server);
      assertThat(answer(server, "run-1")).isEqualTo(expected(4, X));
    }
  }

  /// A broken file directly in the watched folder kept the server from starting.
  @Test
  void aBrokenFileInAFolderChangesNothing() throws IOException {
    Running.steps(1).save(folder.resolve("m.safetensors"));
    Running.steps(1).save(folder.resolve("good.safetensors"));
    Files.write(folder.resolve("bad.onnx"), new byte[1000]);
    Files.write(folder.resolve("m.onnx"), new byte[10]);
    Files.write(folder.resolve("worse.safetensors"), "garbage and more".getBytes(UTF_8));
    Files.createDirectories(folder.resolve("my model"));
    Running.steps(1).save(folder.resolve("my model/model.safetensors"));
    try (var server = Running.of(folder)) {
      look(server);
      look(server);
      // Of two of a name the first is taken.
      assertThat(server.get("/v2/models/m").status()).isEqualTo(404);
      assertThat(server.log).anyMatch(line -> line.contains("m.safetensors is not served"));
      assertThat(answer(server, "good")).isEqualTo(expected(1, X));
      assertThat(server.log).filteredOn(line -> line.contains("bad.onnx")).singleElement()
          .asString().contains("cannot be loaded").contains("not served");
      assertThat(server.log).filteredOn(line -> line.contains("worse.safetensors")).singleElement()
          .asString().doesNotContain("ONNX");
      assertThat(server.log).filteredOn(line -> line.contains("my model")).singleElement()
          .asString().contains("cannot stand in a URL");
    }
  }

  /// Reading a pipe waits for ever for somebody who writes into it.
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no such files")
  void aPipeIsNoModel() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("fifo.onnx").toString()).start()
        .waitFor()).isZero();
    try (var server = Running.of(folder)) {
      look(server);
      assertThat(server.log).filteredOn(line -> line.contains("fifo.onnx")).singleElement()
          .asString().contains("not a regular file");
      assertThat(server.log).anyMatch(line -> line.contains("no model is served yet"));
    }
  }

  @Test
  void aModelThatIsNamedHasToBeThere() throws IOException {
    Files.write(folder.resolve("m.safetensors"), new byte[1000]);
    var place = ModelPlace.of("m.safetensors", folder);
    assertThatThrownBy(() -> UnrollServer.start(Running.options(), List.of(place)))
        .isInstanceOf(FormatException.class).hasMessageContaining("m.safetensors");
    Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> UnrollServer.start(Running.options(),
        List.of(ModelPlace.of("x=empty", folder)))).isInstanceOf(FormatException.class)
        .hasMessageContaining("holds no model.safetensors");
    assertThatThrownBy(() -> ModelPlace.of("my model.onnx", folder))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("NAME=");
  }
}
