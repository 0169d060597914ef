package dev.unroll.kernel;

/// What computes: a kernel provider and a team of threads. The result does not depend on either.
///
/// Used by one caller at a time; [#close] ends the threads.
public record Engine(Kernels kernels, Threads threads) implements AutoCloseable {

  /// The fastest provider of this machine on `threads` threads.
  public static Engine of(int threads) {
    return new Engine(Kernels.best(), Threads.of(threads));
  }

  /// Work that the threads divide among them in consecutive ranges.
  ///
  /// @param grain a range is a multiple of it long, but for the last one
  public Split split(int grain, Split.Part part) {
    return new Split(threads, grain, part);
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
