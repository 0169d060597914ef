package dev.unroll.server.operation;

import io.helidon.webserver.ConnectionContext;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Closes connections whose clients do not read: an answer, or a part of one that is streamed, has
/// to be taken within a time.
///
/// A connection has a thread of its own, by which it is known here.
public final class Deadlines {
  private final ConcurrentHashMap<Thread, Wait> waits = new ConcurrentHashMap<>();
  private final Duration time;

  /// @param time for a request to arrive, and for a part of an answer to be taken
  public Deadlines(Duration time) {
    this.time = time;
  }

  /// The time.
  public Duration time() {
    return time;
  }

  /// Whether the server waits for the client of a connection to read, and since when.
  public final class Wait {
    private final ConnectionContext connection;
    private volatile boolean stands;
    private volatile long begin;

    Wait(ConnectionContext connection) {
      this.connection = connection;
    }

    /// The connection.
    public ConnectionContext connection() {
      return connection;
    }

    /// The server waits for the client from now on.
    public void begin() {
      begin = System.nanoTime();
      stands = true;
    }

    /// The client has done its part.
    public void end() {
      stands = false;
    }

    /// Whether it has taken too long.
    public boolean isLate() {
      return stands && System.nanoTime() - begin > time.toNanos();
    }
  }

  /// This thread begins to serve a connection.
  public void enter(ConnectionContext connection) {
    waits.put(Thread.currentThread(), new Wait(connection));
  }

  /// This thread no longer serves its connection.
  public void leave() {
    waits.remove(Thread.currentThread());
  }

  /// That of the connection of this thread.
  ///
  /// @throws IllegalStateException if it has none
  public Wait ofThisThread() {
    var wait = find();
    if (wait == null) {
      throw new IllegalStateException("the thread belongs to no connection");
    }
    return wait;
  }

  /// That of the connection of this thread; null if it has none.
  public @Nullable Wait find() {
    return waits.get(Thread.currentThread());
  }

  /// Closes the connections whose time has passed.
  ///
  /// @return how many were closed
  public int closeLate() {
    int closed = 0;
    for (var wait : waits.values()) {
      if (wait.isLate()) {
        wait.end();
        close(wait.connection);
        closed++;
      }
    }
    return closed;
  }

  private static void close(ConnectionContext connection) {
    try {
      connection.serverSocket().close();
    } catch (RuntimeException _) {
      // The client has left.
    }
  }
}
