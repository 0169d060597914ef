package dev.unroll.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A connection whose end is seen while an answer is computed, when nobody reads from it: from the
/// time on that somebody asks, a thread reads ahead. What it reads belongs to the next request,
/// which gets it first.
final class WatchedConnection implements ConnectionContext {
  /// Stands for a read by the thread of the connection itself.
  private static final CompletableFuture<byte[]> OWN = new CompletableFuture<>();

  private final ConnectionContext connection;
  private final DataReader reader;

  /// The read that is going on, or whose bytes nobody has taken yet; null if there is none.
  private final AtomicReference<@Nullable CompletableFuture<byte[]>> reading =
      new AtomicReference<>();

  private volatile boolean ended;

  // Of the thread of the connection.
  private boolean isInHeaders;
  private int headerBytes;

  WatchedConnection(ConnectionContext connection) {
    this.connection = connection;
    reader = DataReader.create(this::next);
  }

  /// Whether the client has closed the connection. False as long as nobody reads from it: the first
  /// call begins to.
  boolean hasEnded() {
    if (!ended && reading.get() == null) {
      var ahead = new CompletableFuture<byte[]>();
      if (reading.compareAndSet(null, ahead)) {
        Thread.ofVirtual().name("unroll-watch").start(() -> readAhead(ahead));
      }
    }
    return ended;
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
  void beginHeaders() {
    headerBytes = reader.available();
    isInHeaders = true;
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
    var bytes = readOrTaken();
    if (isInHeaders && bytes != null) {
      headerBytes += bytes.length;
    }
    return bytes;
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
      return ended ? null : taken(reading.get());
    } finally {
      reading.set(null);
    }
  }

  private byte @Nullable [] taken(@Nullable CompletableFuture<byte[]> ahead) {
    try {
      return ahead == null ? null : ahead.get();
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
      return connection.serverSocket().get();
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
