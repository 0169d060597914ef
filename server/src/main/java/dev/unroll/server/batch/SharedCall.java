package dev.unroll.server.batch;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One caller's part of calls that are shared: what is to be done, and by whom it is awaited.
abstract class SharedCall {
  private final Thread caller = Thread.currentThread();
  private volatile boolean done;
  private @Nullable RuntimeException failure;

  /// Whether it was answered or has failed.
  final boolean isDone() {
    return done;
  }

  /// Marks it as answered.
  final void answer() {
    done = true;
    wake();
  }

  /// Marks it as failed.
  final void fail(RuntimeException why) {
    failure = why;
    answer();
  }

  final void wake() {
    if (caller != Thread.currentThread()) {
      LockSupport.unpark(caller);
    }
  }

  /// Throws what it has failed with, if it has.
  final void requireAnswer() {
    if (failure != null) {
      throw failure;
    }
  }
}
