package dev.unroll.kernel.provider;

import dev.unroll.kernel.vector.VectorKernels;
import dev.unroll.kernel.warmup.Warmup;
import java.util.Arrays;

/// Measures which variant of the tile of large products is the fastest on this machine, with this
/// compiler and garbage collector: they give the same bits and differ only in the address of their
/// loop in memory, but by a tenth in speed, and by three tenths while the core is shared.
///
/// It begins when vectors have become faster than plain Java in products of rows: that matters
/// more, and the compiler works on one after the other. All variants take turns on a tile that
/// stays in the first-level cache. Rounds count once C2 has compiled all of them; then the current
/// variant is kept unless another one is clearly faster.
final class TileTrial implements Warmup.Exercise {
  private static final int DEPTH = 256;

  /// The rounds that are compared.
  private static final int ROUNDS = 32;

  /// The minimum duration of a sample.
  private static final long SAMPLE = 300_000;

  /// A variant that takes this many times as long as another is not compiled yet.
  private static final double ALIKE = 1.6;

  /// The minimum speed-up of code that C2 has compiled over interpreted code.
  private static final int COMPILED = 20;

  /// The factor by which a variant must be faster than the current one.
  private static final double CLEARLY = 0.97;

  /// How long the trial waits for vectors to become fast.
  private static final long PATIENCE = 25_000_000_000L;

  /// The time after which the trial ends with its current result.
  private static final long LIMIT = 8_000_000_000L;

  private final VectorKernels kernels;
  private final double[][] times;
  private final float[] a;
  private final float[] b;
  private final float[] c;
  private final long start = System.nanoTime();
  private double cold;
  private int rounds;
  private long spent;

  TileTrial(VectorKernels kernels) {
    this.kernels = kernels;
    times = new double[kernels.variants()][ROUNDS];
    int width = kernels.panels(1, 1).width();
    a = new float[kernels.largestTile() * DEPTH];
    b = new float[width * DEPTH];
    c = new float[kernels.largestTile() * width];
  }

  @Override
  public boolean take() {
    if (!kernels.isWarm(VectorKernels.Work.ROWS)) {
      return System.nanoTime() - start > PATIENCE;
    }
    for (int variant = 0; variant < times.length; variant++) {
      times[variant][rounds] = sample(variant);
    }
    cold = Math.max(cold, times[0][rounds]);
    rounds = isCompiled() ? rounds + 1 : 0;
    if (rounds == ROUNDS) {
      kernels.use(best(times, VectorKernels.FIRST_VARIANT));
    }
    return rounds == ROUNDS || spent > LIMIT;
  }

  /// Whether the times of this round are those of compiled code.
  private boolean isCompiled() {
    double least = Double.MAX_VALUE;
    double most = 0;
    for (double[] variant : times) {
      least = Math.min(least, variant[rounds]);
      most = Math.max(most, variant[rounds]);
    }
    return most < ALIKE * least && most < cold / COMPILED;
  }

  /// The nanoseconds of a call.
  private double sample(int variant) {
    long before = System.nanoTime();
    long passed;
    int calls = 0;
    do {
      kernels.multiply(variant, a, b, c, DEPTH);
      calls++;
      passed = System.nanoTime() - before;
    } while (passed < SAMPLE);
    spent += passed;
    return (double) passed / calls;
  }

  /// The variant with the smallest lower quartile, as interruptions only add time; the current one
  /// unless another is clearly faster.
  static int best(double[][] times, int used) {
    int best = used;
    double least = CLEARLY * lowerQuartile(times[used]);
    for (int variant = 0; variant < times.length; variant++) {
      double time = lowerQuartile(times[variant]);
      if (time < least) {
        best = variant;
        least = time;
      }
    }
    return best;
  }

  private static double lowerQuartile(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 4];
  }
}
