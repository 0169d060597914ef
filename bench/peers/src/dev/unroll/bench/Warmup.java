package dev.unroll.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/// Calls until C2 has settled: until no compilation has ended and no call has become faster for a
/// while. On one core the compiler takes turns with the calls, so this may take seconds.
final class Warmup {
  private static final double LEAST_SECONDS = 0.5;
  private static final double QUIET_SECONDS =
      Double.parseDouble(System.getProperty("unroll.peers.quiet", "0.7"));
  private static final double MOST_SECONDS = 10;
  private static final int FEWEST_CALLS = 4;

  private Warmup() {}

  static void run(Runnable work) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long start = System.nanoTime();
    long changed = start;
    long compiled = compiler.getTotalCompilationTime();
    long best = Long.MAX_VALUE;
    for (int calls = 0;; calls++) {
      long before = System.nanoTime();
      work.run();
      long now = System.nanoTime();
      long total = compiler.getTotalCompilationTime();
      // Compiling the odd log line is no change: it takes less than a hundredth of a core.
      if (total - compiled > 5 || now - before < 0.8 * best) {
        changed = now;
        compiled = total;
      }
      best = Math.min(best, now - before);
      double seconds = (now - start) / 1e9;
      boolean quiet = (now - changed) / 1e9 > QUIET_SECONDS;
      if (calls >= FEWEST_CALLS && (quiet && seconds > LEAST_SECONDS || seconds > MOST_SECONDS)) {
        return;
      }
    }
  }
}
