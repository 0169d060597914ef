package dev.unroll.server.operation;

import io.helidon.webserver.ConnectionContext;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Closes connections whose clients are too slow: a request has to arrive as a whole, and an answer
/// to be taken, within a time, however many bytes come each second.
///
/// A connection has a thread of its own, by which it is known here.
public final class Deadlines {
  private final ConcurrentHashMap<Thread, Wait> waits = new ConcurrentHashMap<>();
  private final long nanos;

  /// @param time for a request to arrive, and for a part of an answer to be taken
  public Deadlines(Duration time) {
    nanos = time.toNanos();
  }

  /// Whether the server waits for the client of a connection, and since when.
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
      return stands && System.nanoTime() - begin > nanos;
    }
  }

  /// The first line of a request has come, on the connection of this thread.
  public void begin(ConnectionContext connection) {
    waits.computeIfAbsent(Thread.currentThread(), _ -> new Wait(connection)).begin();
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

  /// That of the connection of this thread; null if no request has come on it.
  public @Nullable Wait find() {
    return waits.get(Thread.currentThread());
  }

  /// Closes the connections whose time has passed, and forgets those that are closed.
  ///
  /// @return how many were closed
  public int closeLate() {
    int closed = 0;
    for (var entry : waits.entrySet()) {
      if (!entry.getKey().isAlive()) {
        waits.remove(entry.getKey());
      } else if (entry.getValue().isLate()) {
        entry.getValue().end();
        close(entry.getValue().connection);
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
