package dev.unroll.server.http;

import dev.unroll.server.connection.ErrorAnswers;
import dev.unroll.server.connection.PatientSelector;
import dev.unroll.server.connection.RequestListener;
import dev.unroll.server.operation.RequestGate;
import dev.unroll.server.operation.RequestLog;
import dev.unroll.server.operation.ServerLimits;
import io.helidon.http.DirectHandler;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/// How Helidon is set: limits, connections whose end is seen, and who answers.
final class HttpSettings {
  private HttpSettings() {}

  /// The settings of a server that listens at an address.
  ///
  /// @throws IOException one sentence, if the host is not known or a file of TLS cannot be read
  static WebServerConfig.Builder of(HttpFront.Address address, HttpFront.Parts parts,
      ServerLimits limits, Duration grace, RequestGate gate) throws IOException {
    var http = Http1Config.builder().maxHeadersSize(limits.headers())
        .maxPrologueLength(limits.headers())
        .addReceiveListener(new RequestListener())
        .sendKeepAliveHeader(false).build();
    var server = WebServer.builder().shutdownHook(false).featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .addConnectionSelector(
            new PatientSelector(Http1ConnectionSelector.builder().config(http).build(),
                parts.deadlines()))
        .address(resolved(address.host())).port(address.port()).maxPayloadSize(limits.body())
        .maxTcpConnections(limits.connections()).backlog(1_024)
        .idleConnectionTimeout(limits.idle())
        .idleConnectionPeriod(limits.idle().dividedBy(4)).shutdownGracePeriod(grace)
        .connectionOptions(options -> options.tcpNoDelay(true))
        .errorHandling(ErrorHandling.builder().includeEntity(true).build())
        .directHandlers(handlers(limits, parts))
        .routing(routing(address, parts, limits, gate));
    var tls = address.tls();
    if (tls != null) {
      server.tls(tls.read());
    }
    return server;
  }

  /// The address of a host.
  static InetAddress resolved(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("the host %s is not known; give an address of this machine, 0.0.0.0 "
          .formatted(host) + "for all", e);
    }
  }

  private static DirectHandlers handlers(ServerLimits limits, HttpFront.Parts parts) {
    var answers = new ErrorAnswers(limits.body(), limits.headers(), parts.deadlines(),
        new RequestLog(parts.metrics(), parts.access()));
    var handlers = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, answers);
    }
    return handlers.build();
  }

  private static HttpRouting.Builder routing(HttpFront.Address address, HttpFront.Parts parts,
      ServerLimits limits, RequestGate gate) {
    var tasks = new TaskRequest.Tasks(parts.repository(), parts.compute(), limits.steps());
    var services = new Routes.Services(parts.repository(),
        new MetadataService(parts.repository(), parts.version()),
        new RepositoryService(parts.repository()),
        new InferService(parts.compute()), new SequenceService(),
        new GenerateService(new WritingReader(limits.tokens(), limits.steps())),
        new ClassifyService(tasks), new TagService(tasks), new ForecastService(tasks));
    var operation = new RequestHandler.Operation(
        new Admission(parts.keys(), new SiteGuard(address.host(), address.names())), gate,
        parts.deadlines(), parts.memory(), limits.body(),
        new RequestLog(parts.metrics(), parts.access()));
    return HttpRouting.builder()
        .any(new RequestHandler(new Routes(services, gate, parts.metrics()), operation,
            new Refusals(limits.body(), parts.log())));
  }
}
