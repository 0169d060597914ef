package dev.unroll.app.console;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells what a command is doing if that takes longer than a moment, so that the screen is not
/// silent while, say, the initial values of a large model are drawn. Nothing is printed for shorter
/// work.
public final class Announcement implements AutoCloseable {
  /// With the start of Java before it, well below a second.
  static final Duration MOMENT = Duration.ofMillis(300);

  private final CountDownLatch over = new CountDownLatch(1);

  private Announcement() {}

  /// Starts an announcement, which ends when it is closed.
  ///
  /// @param quiet whether nothing is printed
  public static Announcement of(Terminal terminal, boolean quiet, String what) {
    return of(terminal, quiet, what, MOMENT);
  }

  /// Waits for a moment, then prints.
  ///
  /// @param moment how long to wait
  public static Announcement of(Terminal terminal, boolean quiet, String what, Duration moment) {
    var announcement = new Announcement();
    if (!quiet) {
      Thread.ofVirtual().start(() -> announcement.await(terminal, what, moment));
    }
    return announcement;
  }

  private void await(Terminal terminal, String what, Duration moment) {
    try {
      if (!over.await(moment.toNanos(), TimeUnit.NANOSECONDS)) {
        say(terminal, what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void say(Terminal terminal, String what) {
    if (over.getCount() > 0) {
      terminal.println(what);
    }
  }

  /// Afterwards nothing more is printed.
  @Override
  public synchronized void close() {
    over.countDown();
  }
}
