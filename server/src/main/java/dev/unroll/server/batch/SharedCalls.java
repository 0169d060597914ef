package dev.unroll.server.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Does the work of all callers that wait in one call.
///
/// There is no thread of its own: the first caller that finds nobody at work works for all that
/// wait, in rounds, until its own part is done; then the next one goes on. Before a round it lets
/// others arrive: for the time that was set, or, without one, as long as it takes the threads that
/// could run at once to get here.
///
/// @param <C> what callers bring
@SuppressWarnings("ThreadPriorityCheck") // it gives others a chance, and is right without
abstract class SharedCalls<C extends SharedCall> {
  private final ConcurrentLinkedQueue<C> arrived = new ConcurrentLinkedQueue<>();
  /// The sizes of all that wait, together.
  private final AtomicInteger arrivedSize = new AtomicInteger();
  private final AtomicBoolean atWork = new AtomicBoolean();
  private final int capacity;
  private final long waitNanos;
  private volatile @Nullable Thread waiting;

  // Of the caller at work.
  private final ArrayDeque<C> queue = new ArrayDeque<>();
  private final List<C> active = new ArrayList<>();

  /// @param capacity the most that one call does
  /// @param wait how long a call waits for more, at most
  SharedCalls(int capacity, Duration wait) {
    this.capacity = capacity;
    waitNanos = wait.toNanos();
  }

  /// The part of the capacity that a caller takes.
  abstract int size(C call);

  /// Begins to choose those that take part in a round.
  void beginRound() {}

  /// Takes one into the rounds; false if it must wait for others to end.
  boolean take(C call) {
    return true;
  }

  /// Makes one step for each of these; those that are then done are marked so.
  abstract void call(List<C> together);

  /// Does it, together with those of other callers.
  final void await(C call) {
    arrived.add(call);
    if (arrivedSize.addAndGet(size(call)) >= capacity) {
      LockSupport.unpark(waiting);
    }
    boolean interrupted = false;
    while (!call.isDone()) {
      if (atWork.compareAndSet(false, true)) {
        try {
          interrupted |= work(call);
        } finally {
          atWork.set(false);
          handOver();
        }
      } else {
        LockSupport.park(this);
        // A connection that is closed interrupts its thread; the work is done all the same.
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    call.requireAnswer();
  }

  /// Wakes one that waits, which then goes on with the work. Whoever arrives later finds nobody at
  /// work.
  private void handOver() {
    C next;
    synchronized (active) {
      next = !active.isEmpty() ? active.getFirst() : queue.peek();
    }
    if (next == null) {
      next = arrived.peek();
    }
    if (next != null) {
      next.wake();
    }
  }

  /// Works until its own part is done.
  ///
  /// @return whether this thread was interrupted, which is no reason to end the work of others
  private boolean work(C own) {
    letOthersArrive();
    boolean interrupted = false;
    while (!own.isDone()) {
      synchronized (active) {
        gather();
      }
      if (active.isEmpty()) {
        Thread.yield(); // its sequence is stepped by another version of the model
        continue;
      }
      interrupted |= Thread.interrupted();
      try {
        call(active);
      } catch (RuntimeException | Error e) {
        var failure = e instanceof RuntimeException known ? known : new IllegalStateException(e);
        active.forEach(call -> call.fail(failure));
      }
      synchronized (active) {
        active.removeIf(SharedCall::isDone);
      }
    }
    return interrupted;
  }

  private void letOthersArrive() {
    if (!active.isEmpty() || arrivedSize.get() >= capacity) {
      return;
    }
    if (waitNanos == 0) {
      Thread.yield();
      return;
    }
    long end = System.nanoTime() + waitNanos;
    waiting = Thread.currentThread();
    for (long left = waitNanos; left > 0 && arrivedSize.get() < capacity; left =
        end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    waiting = null;
  }

  private void gather() {
    for (C next = arrived.poll(); next != null; next = arrived.poll()) {
      queue.add(next);
    }
    beginRound();
    int room = capacity;
    for (var call : active) {
      room -= size(call);
    }
    for (Iterator<C> all = queue.iterator(); all.hasNext() && room > 0;) {
      var call = all.next();
      if (size(call) > room && !active.isEmpty()) {
        break; // its turn comes before that of smaller ones behind it
      }
      if (take(call)) {
        active.add(call);
        room -= size(call);
        all.remove();
        arrivedSize.addAndGet(-size(call));
      }
    }
  }
}
