package dev.unroll.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A barrier for a fixed number of threads that meet microseconds apart: a waiting thread spins for
/// some hundreds of microseconds and parks only then.
final class Barrier {
  private static final long SPIN_NANOS = 200_000;

  /// How long a thread waits before it yields its processor, if there is one for each thread: a
  /// system call may, on some machines (with kernel page-table isolation and without
  /// process-context identifiers), flush the TLB.
  private static final long PATIENCE = 20_000;

  /// The number of spins between two reads of the clock, about a microsecond.
  private static final int ROUNDS = 64;

  /// Thrown to the threads at a barrier that another thread will never reach.
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken() {
      super("another thread of the team has failed", null, false, false);
    }
  }

  private final int parties;
  private final long patience;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicReferenceArray<@Nullable Thread> parked;
  private volatile int phase;
  private volatile boolean broken;

  Barrier(int parties) {
    this.parties = parties;
    patience = Runtime.getRuntime().availableProcessors() < parties ? 0 : PATIENCE;
    this.parked = new AtomicReferenceArray<>(parties);
  }

  /// Returns when all threads have arrived.
  ///
  /// @param party the number of the calling thread
  /// @throws Broken if the barrier has been given up ([#giveUp])
  @SuppressWarnings("ThreadPriorityCheck") // yielding is only for speed
  void await(int party) {
    int seen = phase;
    check();
    if (arrived.incrementAndGet() == parties) {
      arrived.set(0);
      phase = seen + 1;
      wake();
      return;
    }
    long start = System.nanoTime();
    while (phase == seen && !broken) {
      for (int i = 0; i < ROUNDS && phase == seen; i++) {
        Thread.onSpinWait();
      }
      long waited = System.nanoTime() - start;
      if (waited > SPIN_NANOS) {
        park(party, seen);
        break;
      }
      if (waited > patience) {
        // On a busy machine the thread that is waited for may need this very processor.
        Thread.yield();
      }
    }
    check();
  }

  /// Whether no waiting thread is parked.
  boolean isAwake() {
    for (int i = 0; i < parties; i++) {
      if (parked.get(i) != null) {
        return false;
      }
    }
    return true;
  }

  /// Releases all threads that wait or will arrive, with a [Broken].
  void giveUp() {
    broken = true;
    wake();
  }

  /// Makes a barrier that was given up usable again; no thread may be waiting.
  void renew() {
    broken = false;
    arrived.set(0);
  }

  private void check() {
    if (broken) {
      throw new Broken();
    }
  }

  private void park(int party, int seen) {
    boolean interrupted = false;
    // Parked is written before phase is read, wake does it in the opposite order: no wake-up is
    // lost.
    parked.set(party, Thread.currentThread());
    while (phase == seen && !broken) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    parked.set(party, null);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    for (int i = 0; i < parties; i++) {
      Thread thread = parked.get(i);
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }
  }
}
