package dev.unroll.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/// One case in a JVM that has just started: warmed up as programs are, in the background, then
/// timed. What it prints, milliseconds of the least call and bytes of objects of the least call,
/// are compared between JVMs (`bench/starts`).
///
/// Both are those of the one thread that computes, and the least of many calls, as other work on
/// the machine only ever adds. A kernel whose vectors have become objects makes some in each call.
final class OneStart {
  /// So long a case runs before it is timed, in nanoseconds: until C2 has nothing left to compile.
  private static final long WARM = 4_000_000_000L;

  /// A start that is not warm after so long is timed as it is.
  private static final long LIMIT = 180_000_000_000L;

  /// So long it is timed.
  private static final long TIMED = 2_000_000_000L;

  private static final ThreadMXBean JVM = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private OneStart() {}

  /// Times one layer, and prints its milliseconds, bytes and whether it was warm.
  ///
  /// @param words cell, mode (`infer`, `train`, `step`), B, T, H
  public static void main(String... words) {
    int hidden = Integer.parseInt(words[4]);
    try (var work = new BuildCase(words[0], words[1], Integer.parseInt(words[2]),
        Integer.parseInt(words[3]), hidden, hidden, 1)) {
      long start = System.nanoTime();
      while (!work.isWarm() && System.nanoTime() - start < LIMIT) {
        work.run();
      }
      boolean warm = work.isWarm();
      for (long before = cpu(); cpu() - before < WARM;) {
        work.run();
      }
      double time = Double.MAX_VALUE;
      long bytes = Long.MAX_VALUE;
      for (long before = cpu(); cpu() - before < TIMED;) {
        long allocated = JVM.getCurrentThreadAllocatedBytes();
        long from = cpu();
        work.run();
        time = Math.min(time, (double) (cpu() - from));
        bytes = Math.min(bytes, JVM.getCurrentThreadAllocatedBytes() - allocated);
      }
      System.out.printf(Locale.ROOT, "%.4g %d %s%n", time / 1e6, bytes, warm ? "warm" : "cold");
    }
  }

  private static long cpu() {
    return JVM.getCurrentThreadCpuTime();
  }
}
