package dev.unroll.app.bench;

import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;

/// Calls until the compiler has settled: until nothing was compiled and no call became much faster
/// for a while. On one core the compiler takes turns with the calls, so this may take seconds.
final class Settling {
  private static final double MOST_SECONDS = 8;
  private static final int FEWEST_CALLS = 3;

  /// Compilation below this is ignored, such as that of logging or a timer.
  private static final long COMPILED_MILLIS = 5;

  private static final double FASTER = 0.8;

  private Settling() {}

  /// @param quiet the seconds for which nothing must have changed
  /// @param stop called before each call; true ends it
  static void run(Runnable work, double quiet, BooleanSupplier stop) {
    var compiler = ManagementFactory.getCompilationMXBean();
    long start = System.nanoTime();
    long changed = start;
    long compiled = 0;
    long best = Long.MAX_VALUE;
    for (int calls = 0; !stop.getAsBoolean(); calls++) {
      long before = System.nanoTime();
      work.run();
      long now = System.nanoTime();
      long total = compiler == null ? 0 : compiler.getTotalCompilationTime();
      if (total - compiled > COMPILED_MILLIS || now - before < FASTER * best) {
        changed = now;
        compiled = total;
      }
      best = Math.min(best, now - before);
      boolean settled = seconds(now - changed) > quiet;
      if (calls >= FEWEST_CALLS && (settled || seconds(now - start) > MOST_SECONDS)) {
        return;
      }
    }
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
