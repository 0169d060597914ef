package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.format.FormatException;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.OnnxValue;
import dev.unroll.server.batch.Lanes;
import dev.unroll.server.protocol.Datatype;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.protocol.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;

/// A model from elsewhere, as an ONNX file.
final class ServedOnnx {
  /// The platform of such models.
  static final String PLATFORM = "unroll_onnx";

  private ServedOnnx() {}

  /// The model in the bytes of a file.
  static ServedModel of(byte[] file, String source, ModelSetting setting) throws IOException {
    OnnxModel model;
    try {
      model = OnnxModel.read(file).limit(setting.numbers());
    } catch (FormatException e) {
      throw new FormatException(
          String.valueOf(e.getMessage()).replaceFirst("^the model",
              Matcher.quoteReplacement(source)),
          e);
    }
    var lanes = new Lanes<>(() -> read(file, setting));
    return new ServedModel("ONNX model", PLATFORM, specs(model.inputs()),
        specs(model.outputs()), request -> run(lanes, request),
        model.states().isEmpty() ? null : new SteppedOnnx(model, setting), null, null);
  }

  private static OnnxModel read(byte[] file, ModelSetting setting) {
    try {
      return OnnxModel.read(file).limit(setting.numbers());
    } catch (IOException e) {
      throw new IllegalStateException("a model cannot be read again: " + e.getMessage(), e);
    }
  }

  private static List<TensorSpec> specs(List<OnnxValue> values) {
    return values.stream()
        .map(value -> TensorSpec.of(value.name(), Datatype.ofOnnx(value.type()), value.shape()
            .orElse(List.of("?")).stream().map(ServedOnnx::size).toArray(Integer[]::new)))
        .toList();
  }

  private static int size(String size) {
    return size.matches("\\d{1,9}") ? Integer.parseInt(size) : -1;
  }

  private static List<TensorData> run(Lanes<OnnxModel> lanes, InferRequest request) {
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    request.inputs().forEach(input -> inputs.put(input.name(), tensor(input)));
    var answers = new ArrayList<TensorData>();
    lanes.use(model -> model.run(inputs)).forEach((name, tensor) -> answers.add(data(name,
        tensor)));
    return answers;
  }

  static OnnxTensor tensor(TensorData input) {
    int[] shape = input.shape();
    return switch (input.datatype()) {
      case FP32 -> OnnxTensor.of(input.floats(), shape);
      case FP64 -> OnnxTensor.of(input.doubles(), shape);
      case INT64 -> OnnxTensor.of(input.longs(), shape);
      case INT32 -> OnnxTensor.of(Arrays.stream(input.longs()).mapToInt(i -> (int) i).toArray(),
          shape);
      case BOOL -> {
        var truths = new boolean[input.size()];
        for (int i = 0; i < truths.length; i++) {
          truths[i] = input.longs()[i] != 0;
        }
        yield OnnxTensor.of(truths, shape);
      }
      case BYTES -> OnnxTensor.of(input.texts(), shape);
      default -> throw invalid("the input %s cannot be given; FP32, FP64, INT32, INT64, BOOL and"
          + " BYTES can", input);
    };
  }

  static TensorData data(String name, OnnxTensor tensor) {
    var datatype = Datatype.ofOnnx(tensor.type());
    Object elements = datatype == Datatype.BYTES ? tensor.strings()
        : datatype.isInteger() ? tensor.longs()
            : datatype == Datatype.FP64 ? tensor.doubles() : tensor.floats();
    return new TensorData(name, datatype, tensor.shape(), elements);
  }
}
