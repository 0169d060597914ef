package dev.unroll;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.StageTimes;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.warmup.Warmup;
import org.jspecify.annotations.Nullable;

/// Computes with a kernel provider and a team of threads. Results do not depend on either.
///
/// Used by one caller at a time; [#close] ends the threads.
///
/// @param times collects the times of the layers that it binds; null for none
public record Engine(Kernels kernels, Threads threads, @Nullable StageTimes times)
    implements
      AutoCloseable {

  /// An engine without times.
  public Engine(Kernels kernels, Threads threads) {
    this(kernels, threads, null);
  }

  /// An engine with the fastest provider of this machine on all processors.
  public static Engine of() {
    return of(Runtime.getRuntime().availableProcessors());
  }

  /// An engine with the fastest provider of this machine on `threads` threads.
  public static Engine of(int threads) {
    return new Engine(Providers.best(), Threads.of(threads));
  }

  /// An engine with the same kernels and threads, which end when either engine is closed; it
  /// records the stage times of the layers that it binds.
  public Engine timed(StageTimes times) {
    return new Engine(kernels, threads, times);
  }

  /// The processors that plans run on.
  public Processors processors() {
    return new Processors(kernels, threads, times);
  }

  /// Creates work that the threads divide into consecutive ranges.
  ///
  /// @param grain the length of each range but the last one is a multiple of it
  public WorkSplit split(int grain, WorkSplit.Part part) {
    return new WorkSplit(threads, grain, part);
  }

  /// Whether the warm-up of this JVM is over: in its first seconds, work that vectors will do later
  /// runs in plain Java, up to thirty times slower.
  public boolean isWarm() {
    return Warmup.isOver();
  }

  @Override
  public void close() {
    threads.close();
  }

  @Override
  public String toString() {
    return "%s, %d thread%s".formatted(
        kernels.name(), threads.size(), threads.size() == 1 ? "" : "s");
  }
}
