package dev.unroll.server;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Mistakes in the JSON of a request: each gets a sentence in the words of clients, and none is
/// passed over in silence.
class RequestFieldsTest {
  private static final String GOOD = Running.request("", "[1,1,3]", 1, 2, 3);

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

  private static void isRefused(String model, String body, String why) {
    var answer = server.infer(model, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.error()).startsWith(why);
  }

  /// Words of Jackson stood in the answers: `StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION`,
  /// `expected close marker for Array`.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{\"inputs\":[|the JSON of the body ends too early (line 1, column 12)",
    "{\"inputs\":[}|the body cannot be read as JSON (line 1, column 12)",
    "{\"inputs\":x}|\"x\" is no value of JSON (line 1, column 11)",
    "{\"inputs\":[NaN]}|JSON has no \"NaN\"; write null (line 1",
    "{inputs}|the body cannot be read as JSON, as there is a \"i\" (line 1, column 2)",
    "{\"inputs\":[01]}|the body cannot be read as JSON (line 1, column 13)",
    "{\"id\":\"\\q\"}|the body cannot be read as JSON (line 1, column"})
  void whatIsNoJson(String body, String why) {
    isRefused("steps", body, why);
    for (var path : List.of("/v1/classify", "/v2/models/text/generate")) {
      assertThat(server.post(path, body).error()).startsWith(why.replaceFirst("column .*", ""));
    }
  }

  /// UTF-16 was read where the datatype stood before the data, else it had no data.
  @Test
  void whatIsNotUtf8() {
    for (var text : List.of(GOOD, "\uFEFF" + GOOD)) {
      for (var charset : new Charset[] {UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"),
        Charset.forName("UTF-32BE")}) {
        for (var path : List.of("/v2/models/steps/infer", "/v1/classify")) {
          var answer = server.send(HttpRequest.newBuilder(server.uri(path))
              .POST(BodyPublishers.ofByteArray(text.getBytes(charset))));
          assertThat(answer.status()).as("%s", charset).isEqualTo(400);
          assertThat(answer.error()).isEqualTo("the JSON of the body is not UTF-8");
        }
      }
    }
    var marked = server.send(HttpRequest.newBuilder(server.uri("/v2/models/steps/infer"))
        .POST(BodyPublishers.ofByteArray(("\uFEFF" + dataFirst()).getBytes(UTF_8))));
    assertThat(marked.text()).isEqualTo(server.infer("steps", GOOD).text());
  }

  private static String dataFirst() {
    return "{\"inputs\":[{\"data\":[1,2,3],\"name\":\"features\",\"shape\":[1,1,3],"
        + "\"datatype\":\"FP32\"}]}";
  }

  /// A step with such a parameter was answered from a fresh state, in silence.
  @ParameterizedTest
  @CsvSource({"sequence_strat, sequence_start", "sequence_ID, sequence_id",
    "sequenceId, sequence_id", "sequence-end, sequence_end", "seqence_id, sequence_id",
    "binary_data_outputs, binary_data_output", "Time, time", "tim, time", "beams, beam",
    "max_token, max_tokens", "step, steps", "START, start"})
  void parametersThatAreNearlyKnown(String written, String meant) {
    isRefused("steps", Running.request("\"" + written + "\":1", "[1,1,3]", 1, 2, 3),
        "the parameter \"" + written + "\" of the request is not known; did you mean " + meant
            + "?");
  }

  /// The protocol lets clients send parameters of their own.
  @ParameterizedTest
  @ValueSource(strings = {"team", "timeout", "priority", "state", "stop", "sequence", "id", "foo",
    "binary_data", "items", "x"})
  void parametersOfClients(String name) {
    var answer = server.infer("steps",
        Running.request("\"" + name + "\":1", "[1,1,3]", 1, 2, 3));
    assertThat(answer.text()).isEqualTo(server.infer("steps", GOOD).text());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "\"inputs\":|\"Outputs\":[],\"inputs\":|the field \"Outputs\" of the request is not known; did "
        + "you "
        + "mean outputs?",
    "\"inputs\":|\"paramters\":{},\"inputs\":|the field \"paramters\" of the request is not known; "
        + "did "
        + "you mean parameters?",
    "\"name\"|\"params\":{},\"dataType\":\"\",\"name\"|the field \"dataType\" of an input is not "
        + "known; "
        + "did you mean datatype?",
    "\"name\"|\"parameters\":{\"binary_size\":1,\"binary_datasize\":1},\"name\"|the parameter "
        + "\"binary_datasize\" of an input is not known; did you mean binary_data_size?",
    "\"inputs\":|\"outputs\":[{\"name\":\"numbers\",\"parameters\":{\"binarydata\":true}}],"
        + "\"inputs\":|the parameter \"binarydata\" of an output is not known; did you mean "
        + "binary_data?"})
  void fieldsThatAreNearlyKnown(String place, String more, String why) {
    isRefused("steps", GOOD.replaceFirst(place, more), why);
  }

  /// Arrays in arrays were taken as one, however they lay.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "[[1,2],[3]]|the data of the input \"features\" has arrays of different sizes beside each "
        + "other",
    "[1,[2,3]]|the data of the input \"features\" has arrays of different sizes beside each other",
    "[[1,2],3]|the data of the input \"features\" has arrays of different sizes beside each other",
    "[[1],[],[2,3]]|the data of the input \"features\" has arrays of different sizes beside each",
    "[[[1,2,3]],[]]|the data of the input \"features\" has arrays of different sizes beside each",
    "[[1,2,3]]|the data of the input features FP32 [1, 1, 3] is arrays in arrays of the sizes [1, "
        + "3]",
    "[[[1],[2],[3]]]|the data of the input features FP32 [1, 1, 3] is arrays in arrays of the "
        + "sizes "
        + "[1, 3, 1]",
    "[[[[1,2,3]]]]|the data of the input features FP32 [1, 1, 3] is arrays in arrays of the sizes "
        + "[1, 1, 1, 3]"})
  void dataNestedInAnotherWay(String data, String why) {
    var request = GOOD.replace("[1.0,2.0,3.0]", data);
    isRefused("steps", request, why);
    isRefused("steps", dataFirst().replace("[1,2,3]", data), why);
    assertThat(server.infer("steps", GOOD.replace("[1.0,2.0,3.0]", "[[[1,2,3]]]")).text())
        .isEqualTo(server.infer("steps", GOOD).text());
  }

  @Test
  void dataInTwoWays() {
    for (var request : List.of(GOOD, dataFirst())) {
      isRefused("steps",
          request.replace("\"name\"", "\"parameters\":{\"binary_data_size\":12},\"name\""),
          "the input \"features\" has both data and binary_data_size; give one of them");
    }
  }

  @Test
  void namesAndKinds() {
    isRefused("steps", "{\"inputs\":[{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "an input has no name");
    assertThat(server.post("/v2/models/onnx/generate", "{}").error())
        .startsWith("the model is an ONNX model, which writes no text");
  }

  /// Was said to have another shape than [-1, -1], although -1 stands for any size.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "text|\"sequence_id\":1,\"sequence_start\":true|[1,1,1]|the input symbols INT64 [1, 1, 1] does "
        + "not "
        + "fit; expected [1, T] or [T] or [], of 1 or more steps T",
    "text||[1]|the input symbols INT64 [1] does not fit; expected [B, T], of 1 or more sequences B "
        + "and "
        + "steps T"})
  void shapesThatDoNotFit(String model, String parameters, String shape, String why) {
    isRefused(model, "{\"parameters\":{" + (parameters == null ? "" : parameters)
        + "},\"inputs\":[{\"name\":\"symbols\",\"datatype\":\"INT64\",\"shape\":" + shape
        + ",\"data\":[1]}]}", why);
  }

  @Test
  void shapesOfManySequencesThatDoNotFit() {
    isRefused("text",
        "{\"parameters\":{\"sequence_start\":true},\"inputs\":[{\"name\":\"sequence_id\","
            + "\"datatype\":\"INT64\",\"shape\":[2],\"data\":[1,2]},{\"name\":\"symbols\","
            + "\"datatype\":\"INT64\",\"shape\":[2,1,1],\"data\":[1,1]}]}",
        "the input symbols INT64 [2, 1, 1] does not fit; expected [2, T] or [2], of 1 or more "
            + "steps T");
  }
}
