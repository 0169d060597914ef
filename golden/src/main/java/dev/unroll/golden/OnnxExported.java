package dev.unroll.golden;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.unroll.testkit.ExportCase;
import dev.unroll.testkit.ExportCases;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Models that the library exports, as ONNX Runtime runs them. All are compared with the library;
/// the outputs of some are kept.
final class OnnxExported {
  private static final double MOST = 1e-5;

  private OnnxExported() {}

  static Stream<GoldenFile> files() throws IOException {
    double largest = 0;
    for (ExportCase exported : ExportCases.all()) {
      largest = Math.max(largest, difference(exported));
    }
    System.out.printf("onnx-export: %d models, largest difference %.1e%n",
        ExportCases.all().size(), largest);
    Map<String, Numbers> tensors = new LinkedHashMap<>();
    for (ExportCase exported : ExportCases.golden()) {
      tensors.put(exported.name(), numbers(exported.actual(OnnxExported::run)));
      if (exported.isChain()) {
        tensors.put(exported.name() + ": classes",
            numbers(exported.output(OnnxExported::run, List.of("classes"))));
      }
    }
    return Stream.of(new GoldenFile("onnx-export", OnnxRecurrent.origin("opset 17"),
        "The outputs of exported models, ExportCases.golden() of the testkit, by name: rows of"
            + " [time, batch] or [batch], 0 in padding.",
        tensors));
  }

  private static Numbers numbers(float[] floats) {
    double[] values = new double[floats.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = floats[k];
    }
    return new Numbers(new long[] {values.length}, values);
  }

  /// Relative to the largest output, or 1.
  private static double difference(ExportCase exported) throws IOException {
    float[] expected = exported.expected();
    float[] actual = exported.actual(OnnxExported::run);
    double largest = 1;
    double difference = 0;
    for (int k = 0; k < expected.length; k++) {
      largest = Math.max(largest, Math.abs(expected[k]));
      difference = Math.max(difference, Math.abs(expected[k] - actual[k]));
    }
    if (!(difference / largest <= MOST) || expected.length != actual.length) {
      throw new IllegalStateException("%s: ONNX Runtime differs from the library by %s"
          .formatted(exported.name(), difference));
    }
    return difference / largest;
  }

  static Map<String, dev.unroll.onnx.OnnxTensor> run(byte[] model,
      Map<String, dev.unroll.onnx.OnnxTensor> inputs) throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        for (var input : inputs.entrySet()) {
          feeds.put(input.getKey(), tensor(environment, input.getValue()));
        }
        Map<String, dev.unroll.onnx.OnnxTensor> results = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(feeds)) {
          for (var output : result) {
            results.put(output.getKey(), tensor((OnnxTensor) output.getValue()));
          }
        }
        return results;
      } finally {
        feeds.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime refused the model: " + e.getMessage(), e);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, dev.unroll.onnx.OnnxTensor tensor)
      throws OrtException {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return switch (tensor.type()) {
      case "int64" -> OnnxTensor.createTensor(environment, LongBuffer.wrap(tensor.longs()), shape);
      case "int32" -> OnnxTensor.createTensor(environment,
          IntBuffer.wrap(Arrays.stream(tensor.longs()).mapToInt(Math::toIntExact).toArray()),
          shape);
      default -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.floats()), shape);
    };
  }

  private static dev.unroll.onnx.OnnxTensor tensor(OnnxTensor tensor) {
    int[] shape = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    if (tensor.getInfo().type == OnnxJavaType.INT64) {
      LongBuffer buffer = tensor.getLongBuffer();
      long[] values = new long[buffer.remaining()];
      buffer.get(values);
      return dev.unroll.onnx.OnnxTensor.of(values, shape);
    }
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return dev.unroll.onnx.OnnxTensor.of(values, shape);
  }
}
