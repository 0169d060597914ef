package dev.unroll.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A meeting point of a fixed number of threads, for meetings microseconds apart: whoever waits spins
/// for some hundreds of microseconds and parks only then.
final class Barrier {
  private static final long SPIN_NANOS = 200_000;

  /// So long a party waits before it offers its processor to others, if there is one for each party: that
  /// is a call of the system, after which on some machines (with page tables of the kernel kept apart, and no
  /// numbers for those of processes) all that the processor knew of addresses is gone.
  private static final long PATIENCE = 20_000;

  /// Rounds of spinning between two looks at the clock, about a microsecond.
  private static final int ROUNDS = 64;

  /// Thrown to the parties of a barrier at which somebody will never arrive.
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

  /// Returns when all parties have come.
  ///
  /// @param party which one the calling thread is
  /// @throws Broken if the barrier has been given up ([#giveUp])
  @SuppressWarnings("ThreadPriorityCheck") // yielding is for speed alone
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
        // On a busy machine the one that is waited for may be waiting for this very processor.
        Thread.yield();
      }
    }
    check();
  }

  /// Whether nobody who waits is parked.
  boolean isAwake() {
    for (int i = 0; i < parties; i++) {
      if (parked.get(i) != null) {
        return false;
      }
    }
    return true;
  }

  /// Lets all go who wait or will come, with a [Broken].
  void giveUp() {
    broken = true;
    wake();
  }

  /// Makes a barrier that was given up usable again; nobody may be waiting.
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
    // Parked is written before phase is read, wake does it the other way round: no wake-up is lost.
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
