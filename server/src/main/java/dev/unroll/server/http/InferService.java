package dev.unroll.server.http;

import dev.unroll.server.batch.Client;
import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.model.Stepping;
import dev.unroll.server.protocol.InferAnswer;
import dev.unroll.server.protocol.InferAnswerWriter;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.InferRequestReader;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.protocol.TensorSpec;
import dev.unroll.server.repository.ModelVersion;
import dev.unroll.server.sequence.LiveSequence;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Inference: whole sequences are computed on the compute threads, steps of sequences together with
/// those of all others that wait.
final class InferService {
  /// Inputs of any model: how long sequences are, which they are, and when steps were.
  private static final Set<String> OF_REQUESTS =
      Set.of("lengths", "sequence_id", "sequence_start", "sequence_end", "time");

  private final ComputeThreads compute;

  InferService(ComputeThreads compute) {
    this.compute = compute;
  }

  /// Answers a request.
  void infer(Exchange exchange, ModelVersion version) {
    var body = exchange.body();
    var request = InferRequestReader.read(body, jsonLength(exchange, body));
    requireInputs(request, version);
    requireOutputs(request, version);
    var size = AnswerSize.of(request, version.model());
    size.reserve(exchange.memory());
    var outputs = answer(exchange, request, version, size);
    var written = InferAnswerWriter.write(request,
        new InferAnswer(version.name(), version.version(), request.id(), outputs));
    if (written.jsonLength() < 0) {
      exchange.send(200, Exchange.JSON, written.bytes());
    } else {
      exchange.answerHeader(Exchange.JSON_LENGTH, Integer.toString(written.jsonLength()));
      exchange.send(200, Exchange.BINARY, written.bytes());
    }
  }

  private static int jsonLength(Exchange exchange, byte[] body) {
    var length = exchange.header(Exchange.JSON_LENGTH);
    if (length == null) {
      return body.length;
    }
    if (!length.matches("\\d{1,9}") || Integer.parseInt(length) > body.length) {
      throw RefusedException.invalid("the header %s is %s, but the body has %d bytes",
          Exchange.JSON_LENGTH.defaultCase(), Shown.of(length), body.length);
    }
    return Integer.parseInt(length);
  }

  /// An input that nobody reads is a mistake, and so is an empty one.
  private static void requireInputs(InferRequest request, ModelVersion version) {
    for (var input : request.inputs()) {
      if (!isInput(version, input.name())) {
        throw RefusedException.invalid("there is no input %s; there are %s",
            Shown.of(input.name()),
            version.model().inputs().stream().map(TensorSpec::name).toList());
      }
      if (input.size() == 0 && !version.model().isOnnx()) {
        throw RefusedException.invalid(
            "the input %s is empty, as a size of its shape is 0; expected 1 or more of each",
            input);
      }
    }
  }

  private static boolean isInput(ModelVersion version, String name) {
    for (var spec : version.model().inputs()) {
      if (spec.name().equals(name)) {
        return true;
      }
    }
    var steps = version.model().steps();
    return OF_REQUESTS.contains(name) || steps != null && steps.inputs().contains(name);
  }

  /// An output that there is not is refused before a state changes.
  private static void requireOutputs(InferRequest request, ModelVersion version) {
    if (request.outputs().isEmpty()) {
      return;
    }
    var steps = version.model().steps();
    var names = Stream.concat(version.model().outputs().stream().map(TensorSpec::name),
        steps == null ? Stream.of() : steps.outputs().stream()).distinct().toList();
    for (var asked : request.outputs()) {
      if (!names.contains(asked.name())) {
        throw RefusedException.invalid("there is no output %s; there are %s",
            Shown.of(asked.name()), names);
      }
    }
  }

  private List<TensorData> answer(Exchange exchange, InferRequest request, ModelVersion version,
      AnswerSize size) {
    if (SequenceControl.isIn(request)) {
      var steps = version.model().requireSteps();
      try (var control = SequenceControl.of(request, steps.capacity())) {
        var outputs = steps.step(request, control.begin(version.sequences(), steps),
            control.isMany(), exchange);
        control.end();
        return outputs;
      }
    }
    var whole = version.model().whole();
    if (whole == null) {
      return passing(exchange, request, version.model().requireSteps());
    }
    var outputs = compute.call(exchange, () -> whole.answer(request));
    if (size.numbers() == 0) {
      exchange.memory().reserve(outputs.stream().mapToLong(TensorData::size).sum(), 0);
    }
    return outputs;
  }

  /// Steps sequences that begin and end with the request.
  private static List<TensorData> passing(Client client, InferRequest request, Stepping steps) {
    int n = steps.sequences(request);
    if (n < 1 || n > steps.capacity()) {
      throw RefusedException.invalid("the request has %d sequences, expected 1 to %d", n,
          steps.capacity());
    }
    return steps.step(request,
        IntStream.range(0, n).mapToObj(_ -> LiveSequence.passing(steps.initial())).toList(),
        n > 1, client);
  }
}
