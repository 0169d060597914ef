package dev.unroll.server.operation;

import dev.unroll.server.protocol.RefusedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the requests that are there, and lets no more of them run than a limit: one runs when all
/// of it has arrived, so that slow clients take nothing from others.
public final class RequestGate {
  private final int most;
  private final AtomicInteger present = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean ends;

  public RequestGate(int most) {
    this.most = most;
  }

  /// A request comes.
  public void enter() {
    present.incrementAndGet();
  }

  /// A request that has come is over.
  public void leave() {
    present.decrementAndGet();
  }

  /// Lets a request run.
  ///
  /// @throws RefusedException if too many run
  public void admit() {
    if (running.incrementAndGet() > most) {
      running.decrementAndGet();
      throw RefusedException.busy(1,
          "%d requests are running, the limit; try again later", most);
    }
  }

  /// A request that ran is answered.
  public void release() {
    running.decrementAndGet();
  }

  /// The requests that are running.
  public int running() {
    return running.get();
  }

  /// From now on answers ask clients to close their connections.
  public void end() {
    ends = true;
  }

  /// Whether the server ends.
  public boolean ends() {
    return ends;
  }

  /// Waits until no request has been there for a moment.
  ///
  /// @param quiet the moment
  /// @param longest how long to wait for it
  /// @return whether it came
  public boolean awaitQuiet(Duration quiet, Duration longest) throws InterruptedException {
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
