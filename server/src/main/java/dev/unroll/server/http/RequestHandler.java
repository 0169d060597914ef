package dev.unroll.server.http;

import dev.unroll.server.batch.ClientLeftException;
import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.RequestGate;
import dev.unroll.server.operation.RequestLog;
import dev.unroll.server.operation.RequestMemory;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;

/// Sees to what all requests need, whoever answers them: who may ask, the limit of requests that
/// run, errors as one sentence, figures and the access log.
final class RequestHandler implements Handler {
  private final Routes routes;
  private final Operation operation;
  private final Refusals refusals;

  /// What all requests need.
  ///
  /// @param mostBody the bytes of the largest body
  record Operation(Admission admission, RequestGate gate, Deadlines deadlines, BodyMemory memory,
      int mostBody, RequestLog log) {}

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
    operation.gate.enter();
    try {
      answer(exchange, route);
    } catch (CloseConnectionException | UncheckedIOException | ClientLeftException e) {
      exchange.leave();
      exchange.closeAfter(e);
    } finally {
      exchange.release();
      operation.gate.leave();
    }
    operation.log.add(route.name(), exchange.line());
    exchange.end();
  }

  private void answer(Exchange exchange, Route route) {
    try {
      var path = new RequestPath(exchange.rawPath());
      if (!path.isHealth()) {
        operation.admission.require(exchange);
      }
      routes.answer(exchange, path, route);
    } catch (CloseConnectionException | UncheckedIOException | ClientLeftException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      exchange.fail(refusals.of(e, exchange));
    }
  }
}
