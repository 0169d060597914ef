package dev.unroll.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.server.operation.ServerLimits;
import dev.unroll.stream.KeyState;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sequences, as Triton's "Sequence Extension" has them, and what goes beyond it.
class SequenceTest {
  private static final float[] A = {0.5f, -1, 2};
  private static final float[] B = {1, 0.25f, -0.5f};

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

  private static Running.Answer step(String id, String more, float... x) {
    return server.infer("steps",
        Running.request("\"sequence_id\":" + id + more, "[1,1,3]", x));
  }

  /// Numbers up to 2^64 - 1, and texts.
  @ParameterizedTest
  @ValueSource(strings = {"7", "18446744073709551615", "\"alice\"", "\"7\"", "\"日本\""})
  void aSequenceGoesOnWithItsState(String id) {
    var expected = Running.steps(1).predictor().predict(A, B);
    assertThat(step(id, ",\"sequence_start\":true", A).data("numbers"))
        .isEqualTo(expected[0]);
    assertThat(step(id, "", B).data("numbers")).isEqualTo(expected[1]);
    assertThat(step(id, ",\"sequence_end\":true", B).status()).isEqualTo(200);
    var gone = step(id, "", B);
    assertThat(gone.status()).isEqualTo(400);
    assertThat(gone.error()).contains("there is no sequence").contains("sequence_start");
  }

  @Test
  void severalStepsOfARequestAreThoseOneByOne() {
    var expected = Running.steps(1).predictor().predict(A, B, A);
    var answer = server.infer("steps", Running.request(
        "\"sequence_id\":1,\"sequence_start\":true", "[1,3,3]", A[0], A[1], A[2], B[0], B[1], B[2],
        A[0], A[1], A[2]));
    assertThat(answer.json().get("outputs").get(0).get("shape").toString()).isEqualTo("[1,3,2]");
    var y = answer.data("numbers");
    for (int t = 0; t < 3; t++) {
      assertThat(new float[] {y[2 * t], y[2 * t + 1]}).isEqualTo(expected[t]);
    }
  }

  @Test
  void manySequencesInARequest() {
    var expected = Running.steps(1).predictor().predict(A, B);
    var body = """
        {"parameters":{"sequence_start":true},"inputs":[
        {"name":"sequence_id","datatype":"BYTES","shape":[2],"data":["x","y"]},
        {"name":"features","datatype":"FP32","shape":[2,1,3],"data":[0.5,-1,2, 0.5,-1,2]}]}""";
    assertThat(server.infer("steps", body).data("numbers")).containsExactly(expected[0][0],
        expected[0][1], expected[0][0], expected[0][1]);
    assertThat(step("\"y\"", "", B).data("numbers")).isEqualTo(expected[1]);
    var twice = server.infer("steps", body.replace("\"y\"]", "\"x\"]"));
    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.error()).contains("stands in the request twice");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "0|,\"sequence_start\":true|needs a sequence_id", "-1||is -1,", "1.5||is 1.5,",
    "true||is true,", "18446744073709551616||is 18446744073709551616,",
    "99||there is no sequence 99",
    "5|,\"sequence_start\":\"true\"|sequence_start is \"true\", expected true or false"})
  void idsAndFlagsThatAreNone(String id, String more, String why) {
    var answer = step(id, more == null ? "" : more, A);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains(why);
  }

  @Test
  void aRequestThatFailsChangesNothing() {
    step("20", ",\"sequence_start\":true", A);
    assertThat(server.infer("steps", """
        {"parameters":{"sequence_id":20,"sequence_end":true},"inputs":[{"name":"features",
        "shape":[1,2,3],"datatype":"FP32","data":[1,2,3,4,null,6]}]}""").status()).isEqualTo(400);
    assertThat(step("20", "", B).data("numbers"))
        .isEqualTo(Running.steps(1).predictor().predict(A, B)[1]);
  }

  @Test
  void aSnapshotMovesASequence() {
    var expected = Running.steps(1).predictor().predict(A, B);
    step("30", ",\"sequence_start\":true", A);
    var snapshot = server.get("/v2/models/steps/sequences/30");
    assertThat(snapshot.status()).isEqualTo(200);
    assertThat(KeyState.fromBytes(snapshot.body()).events()).isEqualTo(1);
    assertThat(put("/v2/models/steps/sequences/moved%2Fon", snapshot.body()).status())
        .isEqualTo(204);
    assertThat(step("\"moved/on\"", "", B).data("numbers")).isEqualTo(expected[1]);
    assertThat(step("30", "", B).data("numbers")).isEqualTo(expected[1]);
    var damaged = snapshot.body().clone();
    damaged[40] ^= 1;
    assertThat(put("/v2/models/steps/sequences/31", damaged).error()).contains("checksum");
    var other = put("/v2/models/text/sequences/31", snapshot.body());
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.error()).contains("fingerprint");
    assertThat(server.send(HttpRequest.newBuilder(server.uri("/v2/models/steps/sequences/30"))
        .DELETE()).status()).isEqualTo(204);
    assertThat(server.get("/v2/models/steps/sequences/30").status()).isEqualTo(404);
  }

  private static Running.Answer put(String path, byte[] body) {
    return server.send(HttpRequest.newBuilder(server.uri(path))
        .PUT(BodyPublishers.ofByteArray(body)));
  }

  @Test
  void onnxModelsKeepTheirStates() {
    var expected = Running.steps(1).predictor().predict(A, B);
    var step = """
        {"parameters":{"sequence_id":1%s},"inputs":[{"name":"features","shape":[1,1,3],
        "datatype":"FP32","data":[%s]}]}""";
    server.infer("onnx", step.formatted(",\"sequence_start\":true", "0.5,-1,2"));
    var second = server.infer("onnx", step.formatted("", "1,0.25,-0.5"));
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    assertThat(second.data("numbers")).usingComparatorWithPrecision(1e-6f)
        .containsExactly(expected[1]);
    assertThat(second.json().get("outputs").size()).isEqualTo(1);
    var wrong = server.infer("onnx", step.formatted("", "1,0.25,-0.5,7")
        .replace("[1,1,3]", "[1,1,4]"));
    assertThat(wrong.status()).isEqualTo(400);
  }

  /// Many clients at once get the bits that each would get alone, whatever is stepped together.
  @Test
  void clientsAtOnceDoNotInfluenceEachOther() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<float[]>>();
      for (int c = 0; c < 40; c++) {
        int id = 1_000 + c;
        all.add(threads.submit(() -> {
          float[] y = {};
          for (int t = 0; t < 20; t++) {
            var answer = step(Integer.toString(id), t == 0 ? ",\"sequence_start\":true" : "",
                feature(id, t), 0.5f, -0.5f);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            y = answer.data("numbers");
          }
          return y;
        }));
      }
      for (int c = 0; c < all.size(); c++) {
        var x = new float[20][];
        for (int t = 0; t < x.length; t++) {
          x[t] = new float[] {feature(1_000 + c, t), 0.5f, -0.5f};
        }
        assertThat(all.get(c).get()).isEqualTo(Running.steps(1).predictor().predict(x)[19]);
      }
    }
  }

  private static float feature(int id, int t) {
    return ((id * 31 + t * 17) % 200) / 100f - 1;
  }

  /// Requests of one sequence at once are answered one after the other: none is lost.
  @Test
  void requestsOfOneSequenceAtOnce() throws Exception {
    step("50", ",\"sequence_start\":true", A);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 100; i++) {
        all.add(threads.submit(() -> step("50", "", B).status()));
      }
      for (var one : all) {
        assertThat(one.get()).isEqualTo(200);
      }
    }
    assertThat(KeyState.fromBytes(server.get("/v2/models/steps/sequences/50").body()).events())
        .isEqualTo(101);
  }

  @Test
  void theNumberOfSequencesIsBounded() throws Exception {
    var limits = ServerLimits.DEFAULT;
    var few = new ServerLimits(limits.body(), limits.headers(), limits.steps(), 2,
        limits.requests(), limits.connections(), limits.tokens(), limits.patience(),
        limits.idle());
    try (var small = Running.of(folder, Running.options().limits(few))) {
      for (int id = 1; id <= 3; id++) {
        var answer = small.infer("steps", Running.request(
            "\"sequence_start\":true,\"sequence_id\":" + id, "[1,1,3]", A));
        assertThat(answer.status()).isEqualTo(id < 3 ? 200 : 429);
        if (id == 3) {
          assertThat(answer.header("Retry-After")).isEqualTo("1");
          assertThat(answer.error()).contains("has 2 sequences");
        }
      }
      // One that begins anew needs no room, and one that ends makes some.
      for (var more : new String[] {",\"sequence_end\":true", ",\"sequence_start\":true"}) {
        assertThat(small.infer("steps", Running.request("\"sequence_id\":2" + more, "[1,1,3]", A))
            .status()).isEqualTo(200);
      }
    }
  }

  /// Any type but `text` was taken for a number.
  @Test
  void aTypeOfIdThatThereIsNot() {
    var answer = server.get("/v2/models/steps/sequences/7?type=zz");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("type is \"zz\", expected text");
  }
}
