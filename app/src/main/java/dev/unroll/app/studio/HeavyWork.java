package dev.unroll.app.studio;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Threads for what computes for long. The server answers on virtual threads, of which as many run
/// as there are processors: two that compute would keep all others waiting.
final class HeavyWork implements AutoCloseable {
  private static final int THREADS = 2;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS,
      Thread.ofPlatform().daemon().name("unroll-studio-", 0).factory());

  /// Does it there, and waits for it.
  ///
  /// @throws IOException if the work throws one, or is interrupted
  <T> T wait(Callable<T> work) throws IOException {
    try {
      return threads.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the studio ends", e);
    } catch (ExecutionException e) {
      throw cause(e);
    }
  }

  /// What a work threw; itself thrown if it is no [IOException].
  static IOException cause(ExecutionException failure) {
    return switch (failure.getCause()) {
      case IOException cause -> cause;
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      case null, default -> new IOException(failure);
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
