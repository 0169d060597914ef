package dev.unroll.server.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A connection that knows how long it has waited for its client.
///
/// - A request has to arrive as a whole within a time, from its first byte on: what waits for more
///   of it is told that it is late, and can still answer.
/// - The end of the connection is seen while an answer is computed, when nobody reads from it: from
///   the time on that somebody asks, a thread reads ahead. What it reads belongs to the next
///   request, which gets it first.
public final class WatchedConnection implements ConnectionContext {
  /// A client that still sends when it is answered is heard as long as it goes on sending, but not
  /// for ever: to close earlier would take the answer from it.
  private static final Duration SILENCE = Duration.ofMillis(500);
  private static final Duration LONGEST_HEARD = Duration.ofSeconds(2);

  /// Stands for a read by the thread of the connection itself.
  private static final CompletableFuture<byte[]> OWN = new CompletableFuture<>();

  private final ConnectionContext connection;
  private final DataReader reader;
  private final String peer;
  private final Duration patience;

  /// The read that is going on, or whose bytes nobody has taken yet; null if there is none.
  private final AtomicReference<@Nullable CompletableFuture<byte[]>> reading =
      new AtomicReference<>();

  private volatile boolean ended;

  // Of the thread of the connection.
  private boolean isInHeaders;
  private int headerBytes;
  private @Nullable HttpPrologue firstLine;
  private boolean arrives;
  private long since = System.nanoTime();
  private boolean isOver;

  /// @param patience for a request to arrive
  WatchedConnection(ConnectionContext connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
    peer = connection.remotePeer().host(); // of a socket that is closed nobody knows it
    reader = DataReader.create(this::next);
  }

  /// The address of the client.
  public String peer() {
    return peer;
  }

  /// Whether the client has closed the connection. False as long as nobody reads from it: the first
  /// call begins to.
  public boolean hasEnded() {
    if (!ended && reading.get() == null) {
      beginToRead();
    }
    return ended;
  }

  private void beginToRead() {
    var ahead = new CompletableFuture<byte[]>();
    if (reading.compareAndSet(null, ahead)) {
      Thread.ofVirtual().name("unroll-watch").start(() -> readAhead(ahead));
    }
  }

  private void readAhead(CompletableFuture<byte[]> ahead) {
    try {
      var bytes = read();
      ended = bytes == null;
      ahead.complete(bytes);
    } catch (RuntimeException e) {
      ended = true;
      ahead.completeExceptionally(e);
    }
  }

  /// The first line of a request was read.
  void beginHeaders(HttpPrologue line) {
    firstLine = line;
    headerBytes = reader.available();
    isInHeaders = true;
  }

  /// The first line of the request that arrives; null until it was read.
  @Nullable
  HttpPrologue firstLine() {
    return firstLine;
  }

  /// The time since the request that arrives began to, in nanoseconds.
  long nanos() {
    return System.nanoTime() - since;
  }

  /// A request was read as a whole, and answered. If more has come with it, that is the next one.
  public void endRequest() {
    firstLine = null;
    arrives = reader.available() > 0;
    since = System.nanoTime();
  }

  /// The headers were read.
  void endHeaders() {
    isInHeaders = false;
  }

  /// The bytes that came after the first line of a request, while its headers are read; 0 if none
  /// are.
  int headerBytes() {
    return isInHeaders ? headerBytes : 0;
  }

  private byte @Nullable [] next() {
    var bytes = arrives ? nextInTime() : readOrTaken();
    if (bytes == null) {
      isOver = true;
      return null;
    }
    if (!arrives) {
      arrives = true;
      since = System.nanoTime();
    }
    if (isInHeaders) {
      headerBytes += bytes.length;
    }
    return bytes;
  }

  /// The next bytes of a request of which some have come; null at the end.
  ///
  /// @throws RequestException if it is late
  private byte @Nullable [] nextInTime() {
    try {
      return next(patience.toNanos() - nanos());
    } catch (TimeoutException _) {
      throw RequestException.builder().status(Status.REQUEST_TIMEOUT_408)
          .type(DirectHandler.EventType.OTHER).setKeepAlive(false).safeMessage(true)
          .message("the request did not arrive within %d seconds".formatted(
              Math.max(1, patience.toSeconds())))
          .build();
    }
  }

  /// The next bytes, if they come within a time. Another thread reads them, as a read cannot be
  /// ended without closing the connection.
  private byte @Nullable [] next(long nanos) throws TimeoutException {
    if (nanos <= 0) {
      throw new TimeoutException();
    }
    if (reading.get() == null) {
      beginToRead();
    }
    var bytes = taken(reading.get(), nanos);
    reading.set(null);
    return bytes;
  }

  /// The last answer was sent. If its request was not read to the end, what still comes is, for a
  /// while: a connection that is closed before would take the answer from who still sends.
  void linger() {
    long begin = System.nanoTime();
    try {
      boolean isThere = arrives && !isOver;
      while (isThere && System.nanoTime() - begin < LONGEST_HEARD.toNanos()) {
        isThere = next(SILENCE.toNanos()) != null;
      }
    } catch (TimeoutException | RuntimeException _) {
      // It has stopped, or left.
    }
  }

  /// The next bytes; null at the end. Called by the thread of the connection.
  private byte @Nullable [] readOrTaken() {
    if (reading.compareAndSet(null, OWN)) {
      try {
        return read();
      } finally {
        reading.set(null);
      }
    }
    try {
      return ended ? null : taken(reading.get(), Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new IllegalStateException("centuries have passed", e);
    } finally {
      reading.set(null);
    }
  }

  private byte @Nullable [] taken(@Nullable CompletableFuture<byte[]> ahead, long nanos)
      throws TimeoutException {
    try {
      return ahead == null ? null : ahead.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // As a channel would have it, whose reads end the connection if they are interrupted.
      connection.serverSocket().close();
      Thread.currentThread().interrupt();
      throw new ServerConnectionException("interrupted while it was read", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new CompletionException(e);
    }
  }

  private byte @Nullable [] read() {
    try {
      var bytes = connection.serverSocket().get();
      while (bytes != null && bytes.length == 0) { // TLS has records without data
        bytes = connection.serverSocket().get();
      }
      return bytes;
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection cannot be read", e);
    }
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public ListenerContext listenerContext() {
    return connection.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return connection.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return connection.dataWriter();
  }

  @Override
  public Router router() {
    return connection.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return connection.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return connection.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return connection.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return connection.localPeer();
  }

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  public String socketId() {
    return connection.socketId();
  }

  @Override
  public String childSocketId() {
    return connection.childSocketId();
  }
}
