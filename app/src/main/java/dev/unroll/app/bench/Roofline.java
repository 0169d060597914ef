package dev.unroll.app.bench;

import dev.unroll.Engine;
import dev.unroll.kernel.Roofs;
import dev.unroll.kernel.provider.Providers;
import java.util.Arrays;

/// The peak performance of this machine, measured with the threads of an engine: multiply-adds in
/// registers, and reading a working set of a given size.
final class Roofline {
  /// Long enough for the clock, short enough to fit between two interruptions of the system.
  private static final double SAMPLE_SECONDS = 200e-6;

  private static final int FIRST_ROUNDS = 100;

  /// Objects begin at a multiple of 8 bytes, cache lines at one of 64: of these starts, in floats,
  /// one is the best.
  private static final int STARTS = 16;

  private static final int START_STEP = 2;

  private final Engine engine;
  private final Roofs roofs;
  private final float[][] memory;

  /// The results of the loops, so that they are used.
  private final float[] sums;

  /// @param warmup seconds for the compiler, for each of the loops
  Roofline(Engine engine, double warmup) {
    this.engine = engine;
    roofs = Providers.roofs(engine.kernels());
    memory = new float[engine.threads().size()][STARTS];
    sums = new float[engine.threads().size()];
    peak(warmup);
    bandwidth(1 << 16, warmup);
    bandwidth(1 << 20, warmup);
  }

  /// The kind of loops.
  String loops() {
    return roofs.name();
  }

  /// Floating-point operations a second of fused multiply-adds on all threads, the best sample.
  public double peak(double seconds) {
    long start = System.nanoTime();
    int rounds = FIRST_ROUNDS;
    double best = 0;
    do {
      int count = rounds;
      long before = System.nanoTime();
      engine.threads().run((thread, _) -> sums[thread] += roofs.multiplyAdd(count));
      double took = (System.nanoTime() - before) / 1e9;
      best = Math.max(best, (double) roofs.operations() * count * sums.length / took);
      if (took < SAMPLE_SECONDS) {
        rounds *= 2;
      }
    } while ((System.nanoTime() - start) / 1e9 < seconds);
    return best;
  }

  /// The bandwidth in bytes per second of reading a working set repeatedly, a share by each thread;
  /// the best sample.
  double bandwidth(long bytes, double seconds) {
    int floats = (int) Math.max(STARTS, bytes / Float.BYTES / memory.length);
    allocate(floats);
    long begin = System.nanoTime();
    double best = 0;
    int rounds = 1;
    for (int start = 0;; start = (start + START_STEP) % STARTS) {
      int from = start;
      int count = rounds;
      long before = System.nanoTime();
      engine.threads().run((thread, _) -> {
        for (int round = 0; round < count; round++) {
          sums[thread] += roofs.read(memory[thread], from, from + floats);
        }
      });
      double took = (System.nanoTime() - before) / 1e9;
      best = Math.max(best, (double) Float.BYTES * floats * memory.length * count / took);
      if (took < SAMPLE_SECONDS) {
        rounds *= 2;
      }
      if (start == STARTS - START_STEP && (System.nanoTime() - begin) / 1e9 >= seconds) {
        return best;
      }
    }
  }

  /// Frees the memory.
  void release() {
    Arrays.fill(memory, new float[STARTS]);
  }

  /// Each thread touches its own memory first, so that it is near its core.
  private void allocate(int floats) {
    if (memory[0].length < floats + STARTS) {
      engine.threads().run((thread, _) -> memory[thread] = new float[floats + STARTS]);
    }
  }
}
