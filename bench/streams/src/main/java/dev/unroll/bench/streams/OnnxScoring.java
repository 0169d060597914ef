package dev.unroll.bench.streams;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/// What people do today: ONNX Runtime is called for each event, and the state of the LSTM is
/// carried from call to call in a `ValueState<float[]>`. One thread a task, as the cores have
/// tasks.
@SuppressWarnings("NullAway.Init") // Flink opens it before anything else
final class OnnxScoring extends KeyedProcessFunction<Long, Click, Float> {
  private static final long serialVersionUID = 1;

  private final byte[] model;
  private final int hidden;
  private transient @Nullable OrtSession session;
  private transient OrtEnvironment environment;
  private transient ValueState<float[]> states;

  /// @param model an ONNX file with the states as inputs and outputs
  OnnxScoring(byte[] model, int hidden) {
    this.model = model;
    this.hidden = hidden;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    environment = OrtEnvironment.getEnvironment();
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    session = environment.createSession(model, options);
    states = getRuntimeContext().getState(new ValueStateDescriptor<>("state",
        PrimitiveArrayTypeInfo.FLOAT_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  @Override
  public void processElement(Click click, Context context, Collector<Float> out)
      throws Exception {
    var stored = states.value();
    var state = stored == null ? new float[2 * hidden] : stored;
    try (var x = tensor(click.x(), 0, Click.SIZE, 1, 1, Click.SIZE);
        var h = tensor(state, 0, hidden, 1, hidden);
        var c = tensor(state, hidden, hidden, 1, hidden);
        var answer = requireNonNull(session).run(Map.of("features", x, "layer0_h", h,
            "layer0_c", c))) {
      read(answer, "layer0_h_next", state, 0);
      read(answer, "layer0_c_next", state, hidden);
      var y = ((OnnxTensor) answer.get("numbers").orElseThrow()).getFloatBuffer();
      states.update(state);
      out.collect(y.get(0));
    }
  }

  private OnnxTensor tensor(float[] values, int offset, int n, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values, offset, n), shape);
  }

  private void read(OrtSession.Result answer, String name, float[] state, int offset) {
    ((OnnxTensor) answer.get(name).orElseThrow()).getFloatBuffer().get(state, offset, hidden);
  }

  @Override
  public void close() throws Exception {
    if (session != null) {
      session.close();
    }
  }
}
