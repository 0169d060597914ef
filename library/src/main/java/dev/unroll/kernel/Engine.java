package dev.unroll.kernel;

/// What computes: a kernel provider and a team of threads. The result does not depend on either.
///
/// Used by one caller at a time; [#close] ends the threads.
public record Engine(Kernels kernels, Threads threads) implements AutoCloseable {

  /// The fastest provider of this machine on `threads` threads.
  public static Engine of(int threads) {
    return new Engine(Kernels.best(), Threads.of(threads));
  }

  /// Runs `part` for consecutive ranges of `[0, n)`, one a thread; a range is a multiple of `grain`
  /// long, but for the last one.
  public void split(int n, int grain, Part part) {
    int grains = (n + grain - 1) / grain;
    threads.run((thread, count) -> {
      int from = Math.min(n, StageRunner.share(grains, thread, count) * grain);
      int to = Math.min(n, StageRunner.share(grains, thread + 1, count) * grain);
      if (from < to) {
        part.run(from, to);
      }
    });
  }

  /// Work on elements `[from, to)`.
  public interface Part {
    /// Does it.
    void run(int from, int to);
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
