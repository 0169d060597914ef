package dev.unroll.tensor.guard;

import java.util.concurrent.CancellationException;

/// Ends long work early, the way Java has it: by the interruption of the thread that does it, as by
/// `Future.cancel(true)`. Asked between batches, symbols or rounds, never in a step; training does
/// not ask, it has a way of its own to stop.
public final class Cancellation {
  private Cancellation() {}

  /// Goes on, unless this thread was interrupted, which it then still is.
  ///
  /// @throws CancellationException if it was
  public static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the thread was interrupted; what it computed is lost");
    }
  }
}
