package dev.unroll.bench;

import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;

/// Loads an ONNX model in a fresh JVM, runs it once on zeros, and prints the milliseconds that both
/// took.
final class OnnxStart {
  private OnnxStart() {}

  /// Starts, and prints how long it took.
  ///
  /// @param words the model
  public static void main(String... words) throws IOException {
    long start = System.nanoTime();
    var model = OnnxModel.load(Path.of(words[0]));
    var inputs = new LinkedHashMap<String, OnnxTensor>();
    for (var input : model.inputs()) {
      int[] shape = input.shape().orElseThrow().stream()
          .mapToInt(size -> size.equals("sequence") ? 576
              : Character.isDigit(size.charAt(0)) ? Integer.parseInt(size) : 1).toArray();
      int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      inputs.put(input.name(), input.type().equals("int64")
          ? OnnxTensor.of(new long[] {16000}, shape) : OnnxTensor.of(new float[size], shape));
    }
    var _ = model.run(inputs);
    System.out.printf(Locale.ROOT, "%.0f%n", (System.nanoTime() - start) / 1e6);
  }
}
