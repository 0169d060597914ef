package dev.unroll.server;

import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.operation.ServerLimits;
import dev.unroll.server.operation.TlsFiles;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The settings of a server. A value: each setting makes a changed copy.
///
/// @param host the address to listen at; the loopback by default
/// @param port the port; 0 for any that is free
/// @param limits of what clients can make it do
/// @param batch the most sequences that are stepped in a call
/// @param batchWait how long a call waits for more sequences; zero for those that are there
/// @param sequenceIdle after which a sequence that nobody uses is dropped
/// @param poll how often model files are looked at; zero for never
/// @param grace for running requests to finish when the server ends
/// @param tls null for plain HTTP
/// @param keys null if everybody may ask
/// @param accessLog where a line for each request goes; null for nowhere
/// @param log is told what happens, a sentence each
/// @param allowedHosts names of the server, besides `localhost` and addresses, by which requests
///     without a key may call it
public record ServerOptions(String host, int port, ServerLimits limits, int batch,
    Duration batchWait, Duration sequenceIdle, Duration poll, Duration grace,
    @Nullable TlsFiles tls, @Nullable ApiKeys keys, @Nullable OutputStream accessLog,
    Consumer<String> log, Set<String> allowedHosts) {
  /// Port 8080 of the loopback, no TLS, no keys, no logs.
  public static final ServerOptions DEFAULT = new ServerOptions("127.0.0.1", 8080,
      ServerLimits.DEFAULT, 256, Duration.ZERO, Duration.ofMinutes(10), Duration.ofSeconds(1),
      Duration.ofSeconds(30), null, null, null, _ -> {
      }, Set.of());

  /// The same at another address.
  public ServerOptions at(String otherHost, int otherPort) {
    return new ServerOptions(otherHost, otherPort, limits, batch, batchWait, sequenceIdle, poll,
        grace, tls, keys, accessLog, log, allowedHosts);
  }

  /// The same with other limits.
  public ServerOptions limits(ServerLimits other) {
    return new ServerOptions(host, port, other, batch, batchWait, sequenceIdle, poll, grace, tls,
        keys, accessLog, log, allowedHosts);
  }

  /// The same with other calls.
  public ServerOptions batch(int most, Duration wait) {
    return new ServerOptions(host, port, limits, most, wait, sequenceIdle, poll, grace, tls, keys,
        accessLog, log, allowedHosts);
  }

  /// The same with other times.
  public ServerOptions times(Duration otherIdle, Duration otherPoll, Duration otherGrace) {
    return new ServerOptions(host, port, limits, batch, batchWait, otherIdle, otherPoll,
        otherGrace, tls, keys, accessLog, log, allowedHosts);
  }

  /// The same for clients that need TLS or a key; null for neither.
  public ServerOptions access(@Nullable TlsFiles files, @Nullable ApiKeys known) {
    return new ServerOptions(host, port, limits, batch, batchWait, sequenceIdle, poll, grace,
        files, known, accessLog, log, allowedHosts);
  }

  /// The same with other names.
  public ServerOptions allowHosts(Set<String> names) {
    return new ServerOptions(host, port, limits, batch, batchWait, sequenceIdle, poll, grace, tls,
        keys, accessLog, log, Set.copyOf(names));
  }

  /// The same with other logs.
  public ServerOptions logs(@Nullable OutputStream access, Consumer<String> events) {
    return new ServerOptions(host, port, limits, batch, batchWait, sequenceIdle, poll, grace, tls,
        keys, access, events, allowedHosts);
  }
}
