package dev.unroll.kernel.scalar;

import dev.unroll.kernel.Roofs;

/// The roofs of plain Java: loops over arrays that C2 turns into vector code by itself, where it
/// can.
public final class ScalarRoofs implements Roofs {
  /// The only instance.
  public static final ScalarRoofs INSTANCE = new ScalarRoofs();

  /// The number of elements: few enough for the first-level cache, and enough to hide the latency.
  private static final int LENGTH = 512;

  /// Multiply-adds for an element between its load and its store.
  private static final int CHAIN = 8;

  private ScalarRoofs() {}

  @Override
  public String name() {
    return "plain Java";
  }

  @Override
  public float multiplyAdd(int rounds) {
    var a = new float[LENGTH];
    for (int round = 0; round < rounds; round++) {
      chain(a, 0.75f, 0.25f);
    }
    return a[0];
  }

  @Override
  public int operations() {
    return 2 * CHAIN * LENGTH;
  }

  private static void chain(float[] a, float x, float y) {
    for (int i = 0; i < LENGTH; i++) {
      float t = Math.fma(a[i], x, y);
      t = Math.fma(t, x, y);
      t = Math.fma(t, x, y);
      t = Math.fma(t, x, y);
      t = Math.fma(t, x, y);
      t = Math.fma(t, x, y);
      t = Math.fma(t, x, y);
      a[i] = Math.fma(t, x, y);
    }
  }

  /// Java may not reorder a sum of floats, so C2 does not vectorize it; several sums side by side
  /// at least do not wait for each other.
  @Override
  public float read(float[] a, int from, int to) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = from;
    for (; i <= to - 8; i += 8) {
      s0 += a[i];
      s1 += a[i + 1];
      s2 += a[i + 2];
      s3 += a[i + 3];
      s4 += a[i + 4];
      s5 += a[i + 5];
      s6 += a[i + 6];
      s7 += a[i + 7];
    }
    for (; i < to; i++) {
      s0 += a[i];
    }
    return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
  }
}
