package dev.unroll.server.batch;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// The threads on which whole sequences are computed, one for each core: virtual threads do not
/// give way while they compute, and would hold up all other requests.
public final class ComputeThreads implements AutoCloseable {
  /// How often it is looked whether a client is still there.
  private static final long LOOK_MILLIS = 100;

  private final ExecutorService threads;

  /// @param count of the threads
  public ComputeThreads(int count) {
    threads = Executors.newFixedThreadPool(count,
        Thread.ofPlatform().daemon().name("unroll-compute-", 1).factory());
  }

  /// Does work there, and waits for it as long as the client does.
  ///
  /// @throws ClientLeftException if it has left; the work ends as soon as it sees the interruption
  ///     of its thread
  public <T> T call(Client client, Supplier<T> work) {
    return await(client, threads.submit(work::get));
  }

  private static <T> T await(Client client, Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
          if (client.hasLeft()) {
            future.cancel(true);
            throw new ClientLeftException();
          }
        } catch (InterruptedException _) {
          // The connection may be closed; the work is finished all the same.
          interrupted = true;
        } catch (ExecutionException e) {
          switch (Objects.requireNonNull(e.getCause())) {
            case RuntimeException known -> throw known;
            case Error error -> throw error;
            case Throwable other -> throw new IllegalStateException(other);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
