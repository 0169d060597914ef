package dev.unroll;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Processors;
import dev.unroll.kernel.Split;
import dev.unroll.kernel.StageTimes;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.warmup.Warmup;
import org.jspecify.annotations.Nullable;

/// What computes: a kernel provider and a team of threads. The result does not depend on either.
///
/// Used by one caller at a time; [#close] ends the threads.
///
/// @param times what the layers that it binds tell their times to; null for none
public record Engine(Kernels kernels, Threads threads, @Nullable StageTimes times)
    implements
      AutoCloseable {

  /// Without times.
  public Engine(Kernels kernels, Threads threads) {
    this(kernels, threads, null);
  }

  /// The fastest provider of this machine on all processors.
  public static Engine of() {
    return of(Runtime.getRuntime().availableProcessors());
  }

  /// The fastest provider of this machine on `threads` threads.
  public static Engine of(int threads) {
    return new Engine(Providers.best(), Threads.of(threads));
  }

  /// The same kernels and threads, which end when either engine is closed; the layers that it binds tell what their
  /// stages take.
  public Engine timed(StageTimes times) {
    return new Engine(kernels, threads, times);
  }

  /// What plans run on.
  public Processors processors() {
    return new Processors(kernels, threads, times);
  }

  /// Work that the threads divide among them in consecutive ranges.
  ///
  /// @param grain a range is a multiple of it long, but for the last one
  public Split split(int grain, Split.Part part) {
    return new Split(threads, grain, part);
  }

  /// Whether nothing of this JVM is being made hot any more: in its first seconds, what the vectors
  /// will do is done in plain Java meanwhile, at up to thirty times the time.
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
