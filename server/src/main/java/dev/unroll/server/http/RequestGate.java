package dev.unroll.server.http;

import dev.unroll.server.protocol.RefusedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the requests that are there, and lets no more of them run than a limit: one runs when all
/// of it has arrived, so that slow clients take nothing from others.
final class RequestGate {
  private final int most;
  private final AtomicInteger present = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean ends;

  RequestGate(int most) {
    this.most = most;
  }

  /// A request comes.
  void enter() {
    present.incrementAndGet();
  }

  /// A request that has come is over.
  void leave() {
    present.decrementAndGet();
  }

  /// Lets a request run.
  ///
  /// @throws RefusedException if too many run
  void admit() {
    if (running.incrementAndGet() > most) {
      running.decrementAndGet();
      throw RefusedException.busy(1,
          "%d requests are running, the limit; try again later", most);
    }
  }

  /// A request that ran is answered.
  void release() {
    running.decrementAndGet();
  }

  /// The requests that are running.
  int running() {
    return running.get();
  }

  /// From now on answers ask clients to close their connections.
  void end() {
    ends = true;
  }

  /// Whether the server ends.
  boolean ends() {
    return ends;
  }

  /// Waits until no request has been there for a moment.
  ///
  /// @param quiet the moment
  /// @param longest how long to wait for it
  /// @return whether it came
  boolean awaitQuiet(Duration quiet, Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    long since = System.nanoTime();
    while (System.nanoTime() - since < quiet.toNanos()) {
      if (present.get() > 0) {
        since = System.nanoTime();
        if (since - end > 0) {
          return false;
        }
      }
      Thread.sleep(5);
    }
    return true;
  }
}
