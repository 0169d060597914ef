package dev.unroll.server.protocol;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// Writes `$inference_response`: JSON, and behind it the binary data of the outputs that were asked
/// for in that form. Numbers that are not finite, which JSON has none for, are null in JSON.
public final class InferAnswerWriter {
  private InferAnswerWriter() {}

  /// An answer as bytes.
  ///
  /// @param bytes all of it
  /// @param jsonLength the bytes of JSON at the beginning; −1 if there is nothing else
  @SuppressWarnings("ArrayRecordComponent") // for one reader, at once
  public record Written(ByteSink bytes, int jsonLength) {}

  /// Writes an answer.
  ///
  /// @throws RefusedException if an output is asked for that there is not
  public static Written write(InferRequest request, InferAnswer answer) {
    var out = new ByteSink(512);
    var binary = new ArrayList<byte[]>();
    try (var json = JsonFormat.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("model_name", answer.model());
      json.writeStringProperty("model_version", answer.version());
      var id = answer.id();
      if (id != null) {
        json.writeStringProperty("id", id);
      }
      json.writeArrayPropertyStart("outputs");
      outputs(json, request, answer.outputs(), binary);
      json.writeEndArray();
      json.writeEndObject();
    }
    if (binary.isEmpty()) {
      return new Written(out, -1);
    }
    int jsonLength = out.size();
    binary.forEach(out::writeBytes);
    return new Written(out, jsonLength);
  }

  private static void outputs(JsonGenerator json, InferRequest request, List<TensorData> outputs,
      List<byte[]> binary) {
    if (request.outputs().isEmpty()) {
      for (var output : outputs) {
        output(json, output, request.wantsBinary(), binary);
      }
      return;
    }
    for (var asked : request.outputs()) {
      var output = outputs.stream().filter(o -> o.name().equals(asked.name())).findFirst()
          .orElseThrow(() -> RefusedException.invalid("there is no output %s; there are %s",
              Shown.of(asked.name()), outputs.stream().map(TensorData::name).toList()));
      output(json, output, asked.binary() == null ? request.wantsBinary() : asked.binary(),
          binary);
    }
  }

  private static void output(JsonGenerator json, TensorData output, boolean asBinary,
      List<byte[]> binary) {
    json.writeStartObject();
    json.writeStringProperty("name", output.name());
    json.writeStringProperty("datatype", output.datatype().name());
    json.writeName("shape");
    json.writeArray(output.shape(), 0, output.shape().length);
    if (asBinary) {
      var bytes = BinaryElements.write(output);
      binary.add(bytes);
      json.writeObjectPropertyStart("parameters");
      json.writeNumberProperty("binary_data_size", bytes.length);
      json.writeEndObject();
    } else {
      json.writeArrayPropertyStart("data");
      data(json, output);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void data(JsonGenerator json, TensorData output) {
    switch (output.elements()) {
      case float[] floats -> {
        for (float value : floats) {
          if (Float.isFinite(value)) {
            json.writeNumber(value);
          } else {
            json.writeNull();
          }
        }
      }
      case double[] doubles -> {
        for (double value : doubles) {
          if (Double.isFinite(value)) {
            json.writeNumber(value);
          } else {
            json.writeNull();
          }
        }
      }
      case long[] longs -> {
        for (long value : longs) {
          if (output.datatype() == Datatype.BOOL) {
            json.writeBoolean(value != 0);
          } else {
            json.writeNumber(value);
          }
        }
      }
      default -> {
        for (var text : output.texts()) {
          json.writeString(text);
        }
      }
    }
  }
}
