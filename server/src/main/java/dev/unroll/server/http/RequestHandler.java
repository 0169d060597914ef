package dev.unroll.server.http;

import dev.unroll.server.batch.ClientLeftException;
import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.ServerMetrics;
import dev.unroll.server.protocol.RefusedException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Sees to what all requests need, whoever answers them: who may ask, the limit of requests that
/// run, errors as one sentence, figures and the access log.
final class RequestHandler implements Handler {
  private final Routes routes;
  private final Operation operation;
  private final Refusals refusals;

  /// What all requests need.
  ///
  /// @param mostBody the bytes of the largest body
  /// @param access null for no access log
  record Operation(Admission admission, RequestGate gate, Deadlines deadlines, BodyMemory memory,
      int mostBody, ServerMetrics metrics, @Nullable AccessLog access) {}

  RequestHandler(Routes routes, Operation operation, Refusals refusals) {
    this.routes = routes;
    this.operation = operation;
    this.refusals = refusals;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    var exchange = new Exchange(request, response, operation.deadlines.ofThisThread(),
        new RequestMemory(operation.memory, operation.mostBody), operation.gate);
    var route = new Route();
    String error = null;
    operation.gate.enter();
    try {
      var path = new RequestPath(exchange.rawPath());
      if (!path.isHealth()) {
        operation.admission.require(exchange);
      }
      routes.answer(exchange, path, route);
    } catch (CloseConnectionException | UncheckedIOException | ClientLeftException e) {
      exchange.leave();
      throw e instanceof ClientLeftException ? new CloseConnectionException(e.getMessage(), e) : e;
    } catch (RuntimeException | OutOfMemoryError e) {
      var why = refusals.of(e, exchange);
      error = why.sentence();
      fail(exchange, why);
    } finally {
      exchange.release();
      operation.gate.leave();
      done(exchange, route.name(), error);
    }
    if (exchange.isLast()) {
      throw new CloseConnectionException("that was the last request of the connection");
    }
  }

  private void done(Exchange exchange, String route, @Nullable String error) {
    long nanos = exchange.nanos();
    operation.metrics.answered(route, exchange.status(), nanos);
    var access = operation.access;
    if (access != null) {
      access.add(new AccessLog.Line(Instant.now(), exchange.peer(), exchange.method(),
          exchange.rawPath(), exchange.status(), nanos, exchange.received(), exchange.sent(),
          error));
    }
  }

  private static void fail(Exchange exchange, RefusedException why) {
    if (exchange.hasBegun()) {
      throw new CloseConnectionException("an answer that has begun cannot be ended");
    }
    exchange.error(why);
  }
}
