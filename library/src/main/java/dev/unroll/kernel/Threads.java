package dev.unroll.kernel;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A fixed team of threads: [#run] runs one task on all of them, including the caller, and returns
/// when all have finished. Made for tasks of microseconds; an idle team costs nothing.
///
/// A team serves one caller at a time. Its threads are daemons; [#close] ends them.
public final class Threads implements AutoCloseable {
  /// What every thread of a team runs.
  public interface Task {
    /// The share of one thread.
    ///
    /// @param thread 0 for the caller, up to `threads − 1`
    /// @param threads the size of the team
    void run(int thread, int threads);
  }

  /// About 10 µs of one thread.
  private static final double WORTH_SHARING = 1e6;

  /// About 200 µs of one thread: to wake parked threads takes some tens, and their caches are cold
  /// by then.
  private static final double WORTH_WAKING = 2e7;

  /// With the value `always` the smallest task is shared: small shapes test the threads as well
  /// then.
  private static final String PROPERTY = "unroll.sharing";

  private static final Task END = (thread, threads) -> {};

  private final int size;
  private final boolean sharesAlways = "always".equals(System.getProperty(PROPERTY));
  private final Barrier gate;

  /// The barrier within a task.
  private final Barrier inside;
  private final AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /// Written by the caller before the gate opens, read by the workers behind it.
  private Task task = END;

  private volatile boolean closed;

  private Threads(int size) {
    this.size = size;
    this.gate = new Barrier(size);
    this.inside = new Barrier(size);
    for (int i = 1; i < size; i++) {
      int thread = i;
      Thread.ofPlatform().daemon().name("unroll-" + thread).start(() -> work(thread));
    }
  }

  /// A team of `size` threads, the caller of [#run] being one of them.
  ///
  /// @throws IllegalArgumentException if the size is below 1
  public static Threads of(int size) {
    if (size < 1) {
      throw new IllegalArgumentException(
          "Threads: size is %d, expected at least 1".formatted(size));
    }
    return new Threads(size);
  }

  /// The number of threads, the caller of [#run] included.
  public int size() {
    return size;
  }

  /// Runs the task once on each thread; on the caller alone if the size is 1. What the caller wrote
  /// before is seen by all threads, what they wrote is seen by the caller afterwards.
  ///
  /// If a thread fails, the others still finish, or stop where they would meet it; then the first
  /// failure is thrown.
  ///
  /// @throws IllegalStateException if the team is closed, or runs a task already: a task cannot run
  ///     another one on its own team
  public void run(Task task) {
    run(task, Double.POSITIVE_INFINITY);
  }

  /// The same, but by the caller alone if calling the others, which may have to be woken, is not
  /// worth it.
  ///
  /// @param work about how many multiply-adds it takes
  /// @return the number of threads that ran it
  public int run(Task task, double work) {
    enter();
    try {
      if (closed) {
        throw new IllegalStateException("Threads: the team is closed");
      }
      if (size == 1 || !isWorthSharing(work)) {
        task.run(0, 1);
        return 1;
      }
      this.task = task;
      gate.await(0);
      share(task, 0);
      gate.await(0);
      this.task = END;
      Throwable failed = failure.getAndSet(null);
      if (failed != null) {
        inside.renew();
        rethrow(failed);
      }
      return size;
    } finally {
      caller.set(null);
    }
  }

  private boolean isWorthSharing(double work) {
    return sharesAlways || work >= (gate.isAwake() ? WORTH_SHARING : WORTH_WAKING);
  }

  /// Called by all threads within a task: returns when all have called it. What each wrote before
  /// is seen by all afterwards. Costs about a microsecond.
  ///
  /// @param thread which thread of the team calls
  public void meet(int thread) {
    if (size > 1) {
      inside.await(thread);
    }
  }

  /// Ends the threads of the team. Closing twice is allowed, closing during a run is not.
  @Override
  public void close() {
    enter();
    try {
      if (!closed) {
        closed = true;
        gate.await(0);
      }
    } finally {
      caller.set(null);
    }
  }

  private void enter() {
    Thread other = caller.compareAndExchange(null, Thread.currentThread());
    if (other != null) {
      throw new IllegalStateException(
          ("Threads: this team of %d already runs a task for thread %s; a second caller, or a task"
              + " inside a task, needs a team of its own")
              .formatted(size, other.getName()));
    }
  }

  private static void rethrow(Throwable failure) {
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      // A task declares no checked exception, but may throw one through generics.
      default -> throw new UndeclaredThrowableException(failure);
    }
  }

  private void work(int thread) {
    gate.await(thread);
    while (!closed) {
      share(task, thread);
      gate.await(thread);
      gate.await(thread);
    }
  }

  private void share(Task task, int thread) {
    try {
      task.run(thread, size);
    } catch (Barrier.Broken e) {
      // The failure that broke it is known.
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      inside.giveUp();
    }
  }
}
