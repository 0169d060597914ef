package dev.unroll.golden;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The nodes `LSTM`, `GRU` and `RNN` of ONNX as ONNX Runtime computes them, forward only, from
/// states that are not zero.
final class OnnxRecurrent {
  private static final int T = 5;
  private static final int B = 3;
  private static final int F = 4;
  private static final int H = 6;

  private static final String SHAPES =
      """
      Names, shapes and axes are those of the ONNX operator: X [T, B, F], W [1, G*H, F], \
      R [1, G*H, H], B [1, 2*G*H] = Wb then Rb, initial_h, Y_h [1, B, H], Y [T, 1, B, H].\
      """;

  private static final String LSTM =
      """
      Gate order i o f c. a = W x + Wb + R h + Rb; i, o, f = sigmoid(a), g = tanh(a); \
      c' = f * c + i * g; h' = o * tanh(c'). \
      """;

  private static final String PEEPHOLES =
      """
      Gate order i o f c, P [1, 3*H] in the order i o f. a = W x + Wb + R h + Rb; \
      i = sigmoid(a + Pi * c), f = sigmoid(a + Pf * c), g = tanh(a), c' = f * c + i * g, \
      o = sigmoid(a + Po * c'); h' = o * tanh(c'). \
      """;

  private static final String COUPLED =
      """
      Gate order i o f c, input_forget = 1: a = W x + Wb + R h + Rb; i, o = sigmoid(a), \
      g = tanh(a), f = 1 - i (rows of f in W, R and B are not used); c' = f * c + i * g; \
      h' = o * tanh(c'). \
      """;

  private static final String RESET_BEFORE =
      """
      Gate order z r h, linear_before_reset = 0: z, r = sigmoid(W x + Wb + R h + Rb); \
      n = tanh(W x + Wb + R (r * h) + Rb); h' = (1 - z) * n + z * h. \
      """;

  private static final String RESET_AFTER =
      """
      Gate order z r h, linear_before_reset = 1: z, r = sigmoid(W x + Wb + R h + Rb); \
      n = tanh(W x + Wb + r * (R h + Rb)); h' = (1 - z) * n + z * h. \
      """;

  private OnnxRecurrent() {}

  static Stream<GoldenFile> files() {
    return Stream.of(
        file("onnx-lstm", "LSTM", Map.of(), false, LSTM),
        file("onnx-lstm-peepholes", "LSTM", Map.of(), true, PEEPHOLES),
        file("onnx-lstm-coupled", "LSTM", Map.of("input_forget", 1), false, COUPLED),
        file("onnx-gru-reset-before", "GRU", Map.of("linear_before_reset", 0), false, RESET_BEFORE),
        file("onnx-gru-reset-after", "GRU", Map.of("linear_before_reset", 1), false, RESET_AFTER),
        rnn("onnx-rnn-relu", "Relu"),
        rnn("onnx-rnn-sigmoid", "Sigmoid"));
  }

  private static GoldenFile rnn(String name, String activation) {
    String equations = "h' = %s(W x + Wb + R h + Rb). ".formatted(activation);
    return file(name, "RNN", Map.of("activations", activation), false, equations);
  }

  private static GoldenFile file(
      String name,
      String operator,
      Map<String, Object> attributes,
      boolean peepholes,
      String equations) {
    boolean hasC = operator.equals("LSTM");
    long gates = hasC ? 4 : operator.equals("GRU") ? 3 : 1;
    long rows = gates * H;
    Sines sines = new Sines();
    Map<String, Numbers> tensors = new LinkedHashMap<>();
    tensors.put("X", sines.next(1, T, B, F));
    tensors.put("W", sines.next(0.5, 1, rows, F));
    tensors.put("R", sines.next(0.5, 1, rows, H));
    tensors.put("B", sines.next(0.5, 1, 2 * rows));
    tensors.put("initial_h", sines.next(0.75, 1, B, H));
    if (hasC) {
      tensors.put("initial_c", sines.next(1.25, 1, B, H));
    }
    if (peepholes) {
      tensors.put("P", sines.next(0.75, 1, 3 * H));
    }

    List<String> inputs = new ArrayList<>(tensors.keySet());
    inputs.add(4, ""); // sequence_lens: all of length T
    List<String> outputs = hasC ? List.of("Y", "Y_h", "Y_c") : List.of("Y", "Y_h");
    Map<String, long[]> shapes = new LinkedHashMap<>();
    tensors.forEach((key, numbers) -> shapes.put(key, numbers.shape()));
    Map<String, Object> all = new LinkedHashMap<>(attributes);
    all.put("hidden_size", H);
    byte[] model = OnnxModel.bytes(operator, all, inputs, shapes, outputs);

    String notes = equations + SHAPES + (hasC ? " initial_c, Y_c as initial_h, Y_h." : "");
    try {
      tensors.putAll(run(model, tensors, outputs));
      return new GoldenFile(name, origin("opset 14"), notes, tensors);
    } catch (OrtException e) {
      throw new IllegalStateException(name + ": ONNX Runtime refused the model", e);
    }
  }

  private static Map<String, Numbers> run(
      byte[] model, Map<String, Numbers> inputs, List<String> outputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
    Map<String, Numbers> results = new LinkedHashMap<>();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        for (var input : inputs.entrySet()) {
          FloatBuffer values = FloatBuffer.wrap(input.getValue().floats());
          feeds.put(
              input.getKey(),
              OnnxTensor.createTensor(environment, values, input.getValue().shape()));
        }
        try (OrtSession.Result result = session.run(feeds)) {
          for (String name : outputs) {
            results.put(name, numbers((OnnxTensor) result.get(name).orElseThrow()));
          }
        }
      } finally {
        feeds.values().forEach(OnnxTensor::close);
      }
    }
    return results;
  }

  private static Numbers numbers(OnnxTensor tensor) {
    FloatBuffer buffer = tensor.getFloatBuffer();
    double[] values = new double[buffer.remaining()];
    for (int k = 0; k < values.length; k++) {
      values[k] = buffer.get(k);
    }
    return new Numbers(tensor.getInfo().getShape(), values);
  }

  static String origin(String opset) {
    return "ONNX Runtime (com.microsoft.onnxruntime:onnxruntime "
        + System.getProperty("onnxruntime.version")
        + "), " + opset + ", float32";
  }
}
