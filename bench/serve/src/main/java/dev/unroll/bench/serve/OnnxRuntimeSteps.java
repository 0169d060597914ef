package dev.unroll.bench.serve;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.unroll.server.model.Stepping;
import java.nio.FloatBuffer;
import java.util.Map;

/// What people do today: ONNX Runtime is called for each step, and the state of the LSTM is carried
/// from call to call.
final class OnnxRuntimeSteps extends OtherSteps {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int hidden;

  /// @param model an ONNX file with the states as inputs and outputs
  OnnxRuntimeSteps(Stepping ours, byte[] model, int hidden) throws OrtException {
    super(ours);
    this.hidden = hidden;
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    session = environment.createSession(model, options);
  }

  @Override
  float step(float[] values, int at, float[] state) {
    int features = 8;
    try (var x = tensor(values, at, features, 1, 1, features);
        var h = tensor(state, 0, hidden, 1, hidden);
        var c = tensor(state, hidden, hidden, 1, hidden);
        var answer = session.run(Map.of("features", x, "layer0_h", h, "layer0_c", c))) {
      read(answer, "layer0_h_next", state, 0);
      read(answer, "layer0_c_next", state, hidden);
      return ((OnnxTensor) answer.get("numbers").orElseThrow()).getFloatBuffer().get(0);
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private OnnxTensor tensor(float[] values, int offset, int n, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values, offset, n), shape);
  }

  private void read(OrtSession.Result answer, String name, float[] state, int offset) {
    ((OnnxTensor) answer.get(name).orElseThrow()).getFloatBuffer().get(state, offset, hidden);
  }
}
