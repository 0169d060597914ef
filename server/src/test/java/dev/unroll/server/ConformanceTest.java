package dev.unroll.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Open Inference Protocol over REST, with requests that are written from the text of its
/// specification (`kserve/open-inference-protocol`, `specification/protocol/inference_rest.md`) and
/// of its extensions as Triton describes them. Each test names the section.
class ConformanceTest {
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

  /// Section "Server Live Response JSON Object".
  @Test
  void serverLive() {
    var answer = server.get("/v2/health/live");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("live").booleanValue()).isTrue();
  }

  /// Section "Server Ready Response JSON Object".
  @Test
  void serverReady() {
    var answer = server.get("/v2/health/ready");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("live").booleanValue()).isTrue();
  }

  /// Section "Model Ready Response JSON Object".
  @ParameterizedTest
  @CsvSource({"/v2/models/steps/ready", "/v2/models/steps/versions/1/ready"})
  void modelReady(String path) {
    var answer = server.get(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("name").stringValue()).isEqualTo("steps");
    assertThat(answer.json().get("ready").booleanValue()).isTrue();
  }

  /// Section "Server Metadata Response JSON Object".
  @Test
  void serverMetadata() {
    var answer = server.get("/v2");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("name").isString()).isTrue();
    assertThat(answer.json().get("version").isString()).isTrue();
    assertThat(answer.json().get("extensions").valueStream().map(e -> e.stringValue()))
        .contains("binary_tensor_data", "sequence", "sequence(string_id)");
  }

  /// Section "Model Metadata Response JSON Object": variable-size dimensions are -1.
  @ParameterizedTest
  @CsvSource({"/v2/models/steps", "/v2/models/steps/versions/1"})
  void modelMetadata(String path) {
    var answer = server.get(path);
    assertThat(answer.status()).isEqualTo(200);
    var json = answer.json();
    assertThat(json.get("name").stringValue()).isEqualTo("steps");
    assertThat(json.get("versions").toString()).isEqualTo("[\"1\"]");
    assertThat(json.get("platform").isString()).isTrue();
    assertThat(json.get("inputs").toString())
        .isEqualTo("[{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[-1,-1,3]}]");
    assertThat(json.get("outputs").toString())
        .isEqualTo("[{\"name\":\"numbers\",\"datatype\":\"FP32\",\"shape\":[-1,-1,2]}]");
  }

  /// The same of an ONNX model: its own names, types and sizes.
  @Test
  void modelMetadataOfOnnx() {
    var inputs = server.get("/v2/models/onnx").json().get("inputs").toString();
    assertThat(inputs).contains("{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[-1,-1,3]}")
        .contains("layer0_h");
  }

  /// Section "Model Metadata Response JSON Error Object": an HTTP error status and "error".
  @ParameterizedTest
  @CsvSource({"/v2/models/nobody, there is no model", "/v2/models/steps/versions/9, no version",
    "/v2/models/nobody/ready, there is no model", "/v2/nothing, nothing at",
    "/v2/models, nothing at", "/v2/models/steps/nothing, nothing at"})
  void whatIsNotThere(String path, String why) {
    var answer = server.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().size()).isEqualTo(1);
    assertThat(answer.error()).contains(why);
  }

  /// Sections "Inference Request JSON Object" and "Inference Response JSON Object": "id" is
  /// returned, the answer has the model's numbers.
  @Test
  void inference() {
    var x = new float[][] {{0.5f, -1, 2}, {1, 0.25f, -0.5f}};
    var answer = server.infer("steps", """
        {
          "id" : "42",
          "inputs" : [
            {
              "name" : "features",
              "shape" : [ 1, 2, 3 ],
              "datatype" : "FP32",
              "data" : [ 0.5, -1, 2, 1, 0.25, -0.5 ]
            }
          ],
          "outputs" : [ { "name" : "numbers" } ]
        }
        """);
    assertThat(answer.status()).isEqualTo(200);
    var json = answer.json();
    assertThat(json.get("model_name").stringValue()).isEqualTo("steps");
    assertThat(json.get("model_version").stringValue()).isEqualTo("1");
    assertThat(json.get("id").stringValue()).isEqualTo("42");
    var output = json.get("outputs").get(0);
    assertThat(output.get("name").stringValue()).isEqualTo("numbers");
    assertThat(output.get("datatype").stringValue()).isEqualTo("FP32");
    assertThat(output.get("shape").toString()).isEqualTo("[1,2,2]");
    var expected = Running.steps(1).predictor().predict(x);
    assertThat(answer.data("numbers")).containsExactly(expected[0][0], expected[0][1],
        expected[1][0], expected[1][1]);
  }

  /// Section "Tensor Data": the data may be arrays in arrays, and fields come in any order.
  @Test
  void nestedDataBeforeItsDatatype() {
    var nested = server.infer("steps", """
        {"inputs":[{"data":[[[0.5,-1,2],[1,0.25,-0.5]]],"name":"features","shape":[1,2,3],
        "datatype":"FP32"}]}""");
    var flat = server.infer("steps", Running.request("", "[1,2,3]", 0.5f, -1, 2, 1, 0.25f, -0.5f));
    assertThat(nested.status()).isEqualTo(200);
    assertThat(nested.data("numbers")).isEqualTo(flat.data("numbers"));
  }

  /// Two sequences at once are answered as each alone.
  @Test
  void batches() {
    var both = server.infer("steps", Running.request("", "[2,1,3]", 1, 2, 3, 4, 5, 6));
    var second = server.infer("steps", Running.request("", "[1,1,3]", 4, 5, 6));
    assertThat(both.json().get("outputs").get(0).get("shape").toString()).isEqualTo("[2,1,2]");
    assertThat(Arrays.copyOfRange(both.data("numbers"), 2, 4))
        .isEqualTo(second.data("numbers"));
  }

  /// The same model as ONNX gives the same numbers.
  @Test
  void inferenceOfOnnx() {
    var answer = server.infer("onnx", """
        {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,2,3]},
        {"name":"layer0_h","shape":[1,5],"datatype":"FP32","data":[0,0,0,0,0]},
        {"name":"layer0_c","shape":[1,5],"datatype":"FP32","data":[0,0,0,0,0]}],
        "outputs":[{"name":"numbers"}]}""");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var expected = Running.steps(1).predictor().predict(new float[] {1, 2, 3})[0];
    assertThat(answer.data("numbers")).usingComparatorWithPrecision(1e-6f)
        .containsExactly(expected);
  }

  /// Section "Inference Response JSON Error Object": 4xx and one sentence.
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {} | has no inputs
      [] | must be a JSON object
      {"inputs":7} | expected an array
      {"inputs":[]} | input features is missing
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32"}]} | has no data
      {"inputs":[{"name":"features","shape":[1,1,3],"data":[1,2,3]}]} | no datatype
      {"inputs":[{"name":"features","datatype":"FP32","data":[1,2,3]}]} | no shape
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,2]}]} | 2 elements, but its shape has 3
      {"inputs":[{"name":"features","shape":[1,1,4],"datatype":"FP32","data":[1,2,3,4]}]} | expected [B, T, 3]
      {"inputs":[{"name":"features","shape":[-1,1,3],"datatype":"FP32","data":[1,2,3]}]} | the shape
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP31","data":[1,2,3]}]} | no datatype
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,2,"3"]}]} | not a number
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,2,1e99]}]} | beyond the range
      {"inputs":[{"name":"other","shape":[1],"datatype":"FP32","data":[1]}]} | no input
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"x"}]} | no output
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"x"},{"name":"x"}]} | asked for twice
      {"inputs":[{"name":"features","shape":[1,1,3],"datatype":"FP32","data":[1,null,3]}]} | finite
      """)
  void inferenceWithAFault(String body, String why) {
    var answer = server.infer("steps", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().size()).isEqualTo(1);
    assertThat(answer.error()).contains(why);
  }

  /// A method that there is not says which there is.
  @Test
  void anotherMethod() {
    var answer = server.get("/v2/models/steps/infer");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
    assertThat(answer.error()).contains("use POST");
  }

  /// "Binary Tensor Data Extension", section "Binary Tensor Request": the header
  /// Inference-Header-Content-Length is the length of the JSON, binary data follows.
  @Test
  void binaryInput() {
    var answer = binary("", 0.5f, -1, 2);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Inference-Header-Content-Length")).isEmpty();
    assertThat(answer.data("numbers")).isEqualTo(server
        .infer("steps", Running.request("", "[1,1,3]", 0.5f, -1, 2)).data("numbers"));
  }

  /// The same, sections on "binary_data" and "binary_data_output".
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "\"parameters\":{\"binary_data_output\":true},",
    "\"outputs\":[{\"name\":\"numbers\",\"parameters\":{\"binary_data\":true}}],"})
  void binaryOutput(String wish) {
    var answer = binary(wish, 0.5f, -1, 2);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    int json = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    var head = new String(answer.body(), 0, json, StandardCharsets.UTF_8);
    assertThat(head).contains("\"parameters\":{\"binary_data_size\":8}").doesNotContain("data\":[");
    var floats = ByteBuffer.wrap(answer.body(), json, 8).order(ByteOrder.LITTLE_ENDIAN);
    var expected = server.infer("steps", Running.request("", "[1,1,3]", 0.5f, -1, 2))
        .data("numbers");
    assertThat(floats.getFloat()).isCloseTo(expected[0], within(0f));
    assertThat(floats.getFloat()).isCloseTo(expected[1], within(0f));
  }

  @Test
  void binaryDataThatIsTooShort() {
    var json = "{\"inputs\":[{\"name\":\"features\",\"shape\":[1,1,3],\"datatype\":\"FP32\","
        + "\"parameters\":{\"binary_data_size\":12}}]}";
    var answer = server.send(HttpRequest.newBuilder(server.uri("/v2/models/steps/infer"))
        .header("Inference-Header-Content-Length", Integer.toString(json.length()))
        .POST(BodyPublishers.ofString(json + "1234")));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("12 bytes of binary data, but the body has 4");
  }

  private static Running.Answer binary(String wish, float... x) {
    var json = "{" + wish + "\"inputs\":[{\"name\":\"features\",\"shape\":[1,1,3],"
        + "\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":12}}]}";
    var body = ByteBuffer.allocate(json.length() + 12).order(ByteOrder.LITTLE_ENDIAN)
        .put(json.getBytes(StandardCharsets.UTF_8));
    for (float value : x) {
      body.putFloat(value);
    }
    return server.send(HttpRequest.newBuilder(server.uri("/v2/models/steps/infer"))
        .header("Inference-Header-Content-Length", Integer.toString(json.length()))
        .POST(BodyPublishers.ofByteArray(body.array())));
  }

  /// The protocol lets clients send parameters of their own (Triton's "Parameters Extension"), for
  /// models that read them; those that nobody reads do no harm.
  @Test
  void parametersThatAreNotKnownArePassedOver() {
    var plain = server.infer("steps", Running.request("", "[1,1,3]", 1, 2, 3));
    var more = server.infer("steps", Running.request("\"my_custom_parameter\":42,\"timeout\":1000,"
        + "\"triton_x\":\"y\"", "[1,1,3]", 1, 2, 3));
    assertThat(more.status()).as(more.text()).isEqualTo(200);
    assertThat(more.text()).isEqualTo(plain.text());
  }

  /// Those that are known must be what they have to be: `1` was taken for false.
  @ParameterizedTest
  @ValueSource(strings = {"\"parameters\":{\"binary_data_output\":1},",
    "\"outputs\":[{\"name\":\"numbers\",\"parameters\":{\"binary_data\":1}}],"})
  void binaryDataIsAskedForByATruthValue(String asked) {
    var answer = server.infer("steps", Running.request("", "[1,1,3]", 1, 2, 3)
        .replace("\"parameters\":{},", asked));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).endsWith("is 1, expected true or false");
  }
}
