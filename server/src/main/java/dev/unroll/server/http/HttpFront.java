package dev.unroll.server.http;

import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.RequestGate;
import dev.unroll.server.operation.ServerLimits;
import dev.unroll.server.operation.ServerMetrics;
import dev.unroll.server.operation.TlsFiles;
import dev.unroll.server.repository.ModelRepository;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The front of the server: it listens, and ends without losing an answer.
public final class HttpFront {
  /// So long nothing may run before connections are closed: a request may be on its way.
  private static final Duration QUIET = Duration.ofMillis(500);

  private final WebServer web;
  private final RequestGate gate;
  private final Parts parts;
  private final Duration grace;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean ends = new AtomicBoolean();
  private volatile boolean finished;

  /// Where it listens.
  ///
  /// @param tls null for plain HTTP
  /// @param names of the server that a request without a key may name as its Host
  public record Address(String host, int port, @Nullable TlsFiles tls, Set<String> names) {
    /// Without other names than its own.
    public Address(String host, int port, @Nullable TlsFiles tls) {
      this(host, port, tls, Set.of());
    }

    /// Copies the names.
    public Address {
      names = Set.copyOf(names);
    }
  }

  /// What it answers with.
  ///
  /// @param keys null if everybody may ask
  /// @param access null for no access log
  /// @param log is told of failures
  /// @param version of the server
  public record Parts(ModelRepository repository, ComputeThreads compute, ServerMetrics metrics,
      Deadlines deadlines, BodyMemory memory, @Nullable ApiKeys keys, @Nullable AccessLog access,
      Consumer<String> log, String version) {}

  private HttpFront(WebServer web, RequestGate gate, Parts parts, Duration grace) {
    this.web = web;
    this.gate = gate;
    this.parts = parts;
    this.grace = grace;
  }

  /// Begins to listen.
  ///
  /// @param grace for running requests to finish when it ends
  /// @throws IOException one sentence, if nothing can listen at the address
  public static HttpFront start(Address address, Parts parts, ServerLimits limits, Duration grace)
      throws IOException {
    var gate = new RequestGate(limits.requests());
    parts.metrics.gauge("unroll.requests.running", "Requests that run", gate::running);
    var web = HttpSettings.of(address, parts, limits, grace, gate).build();
    try {
      web.start();
    } catch (RuntimeException e) {
      throw taken(address, e);
    }
    if (!web.isRunning()) {
      throw taken(address, null);
    }
    return new HttpFront(web, gate, parts, grace);
  }

  private static IOException taken(Address address, @Nullable Exception why) {
    return new IOException(
        "nothing can listen at %s, port %d: another program may do so; choose another --port"
            .formatted(address.host, address.port),
        why);
  }

  /// Refuses an address at which nothing can listen, before models are loaded.
  ///
  /// @throws IOException one sentence
  public static void requireFree(Address address) throws IOException {
    var host = HttpSettings.resolved(address.host);
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, address.port));
    } catch (IOException e) {
      throw taken(address, e);
    }
  }

  /// The port that it listens at.
  public int port() {
    return web.port();
  }

  /// Ends: nobody is let in any more, and what runs is finished within the time that was set.
  ///
  /// @return whether all that ran was finished
  public boolean end() {
    if (ends.compareAndSet(false, true)) {
      gate.end();
      // It waits for clients that are connected and say nothing, too; they need not be waited for.
      Thread.ofPlatform().daemon().name("unroll-end").start(web::stop);
      try {
        finished = gate.awaitQuiet(QUIET, grace);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      parts.compute.close();
      parts.metrics.close();
      if (parts.access != null) {
        parts.access.close();
      }
      ended.countDown();
    }
    return finished;
  }

  /// Waits until it has ended.
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /// Waits until it has ended, or a time has passed.
  public boolean awaitEnd(Duration time) throws InterruptedException {
    return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
