package dev.unroll.onnx.operator;

/// How numbers are written as integers from 0 to 255: so that 0 is one of them exactly, and all
/// numbers fit. Computed in float32, as DynamicQuantizeLinear says.
///
/// ```
/// scale = (max(x, 0) − min(x, 0)) / 255     zero = limit(round(−min(x, 0) / scale))
/// ```
///
/// @param zero the integer of 0
public record Scaled(float scale, int zero) {
  private static final int MOST = 255;

  /// Of the first `count` numbers.
  public static Scaled of(float[] x, int count) {
    float least = 0;
    float most = 0;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, x[i]);
      most = Math.max(most, x[i]);
    }
    float scale = most == least ? 1 : (most - least) / MOST;
    return new Scaled(scale, (int) Math.rint(Math.clamp(-least / scale, 0f, (float) MOST)));
  }

  /// A number as an integer.
  public int quantized(float x) {
    return (int) Math.clamp(Math.rint(x / scale) + zero, 0, MOST);
  }
}
