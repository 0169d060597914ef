package dev.unroll.app.studio;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Threads for what computes for long. The server answers on virtual threads, of which as many run
/// as there are processors: two that compute would keep all others waiting.
final class HeavyWork implements AutoCloseable {
  private static final int ANSWERS = 2;
  private static final int MEASUREMENTS = 1;

  private final ExecutorService answers = threads("unroll-studio-answer-", ANSWERS);
  private final ExecutorService measurements = threads("unroll-studio-xray-", MEASUREMENTS);

  private static ExecutorService threads(String name, int n) {
    return Executors.newFixedThreadPool(n, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /// Begins what may take minutes; others of its kind are done one after another.
  <T> Future<T> begin(Callable<T> measurement) {
    return measurements.submit(measurement);
  }

  /// Does what takes a moment, and waits for it.
  ///
  /// @throws IOException if the work throws one, or is interrupted
  <T> T result(Callable<T> work) throws IOException {
    try {
      return answers.submit(work).get();
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
    answers.shutdownNow();
    measurements.shutdownNow();
  }
}
