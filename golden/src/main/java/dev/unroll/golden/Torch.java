package dev.unroll.golden;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// What the cases of libtorch share: the two precisions, and tensors in and out.
final class Torch {
  /// Error of `float` over a few steps, and what the tests allow. More means that the case itself
  /// is unfit, for example a relu that sits on its kink.
  private static final double FLOAT_ERROR = 1e-5;

  private Torch() {}

  /// Computes a case in `double`, which goes to the file, and in `float`, which must agree.
  static GoldenFile file(
      String name, String notes, Function<ScalarType, Map<String, Numbers>> compute) {
    torch.set_num_threads(1);
    try (var _ = new PointerScope()) {
      Map<String, Numbers> expected = compute.apply(ScalarType.Double);
      requireNear(name, expected, compute.apply(ScalarType.Float));
      return new GoldenFile(name, origin(), notes, expected);
    }
  }

  /// A tensor of libtorch with its own copy of the numbers.
  static Tensor tensor(Numbers numbers, ScalarType type) {
    try (DoublePointer values = new DoublePointer(numbers.values())) {
      Tensor view = torch.from_blob(values, numbers.shape(), torch.dtype(ScalarType.Double));
      return view.to(type).clone();
    }
  }

  /// The same as a leaf whose gradient is wanted.
  static Tensor variable(Numbers numbers, ScalarType type) {
    return tensor(numbers, type).set_requires_grad(true);
  }

  static Tensor labels(long[] labels) {
    try (LongPointer values = new LongPointer(labels)) {
      return torch.from_blob(values, new long[] {labels.length}, torch.dtype(ScalarType.Long))
          .clone();
    }
  }

  static Numbers numbers(Tensor tensor) {
    Tensor source = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[(int) source.numel()];
    source.data_ptr_double().get(values);
    return new Numbers(shape(tensor), values);
  }

  static long[] shape(Tensor tensor) {
    long[] shape = new long[(int) tensor.dim()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = tensor.size(axis);
    }
    return shape;
  }

  private static String origin() {
    return "libtorch (org.bytedeco:pytorch " + System.getProperty("pytorch.version") + "), float64";
  }

  private static void requireNear(
      String name, Map<String, Numbers> expected, Map<String, Numbers> actual) {
    for (var entry : expected.entrySet()) {
      String key = entry.getKey();
      double[] a = entry.getValue().values();
      double[] b = Objects.requireNonNull(actual.get(key), key).values();
      for (int k = 0; k < a.length; k++) {
        if (!(Math.abs(a[k] - b[k]) <= FLOAT_ERROR * Math.max(1, Math.abs(a[k])))) {
          throw new IllegalStateException(
              "%s: %s[%d] is %s in double but %s in float, expected agreement to %s"
                  .formatted(name, key, k, a[k], b[k], FLOAT_ERROR));
        }
      }
    }
  }
}
