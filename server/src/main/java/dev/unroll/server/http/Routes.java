package dev.unroll.server.http;

import dev.unroll.data.DataException;
import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.ApiKeys;
import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.ServerMetrics;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.repository.ModelVersion;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds who answers a request, and sees to what all of them need: keys, the limit of requests that
/// run, errors as one sentence, figures and the access log.
final class Routes implements Handler {
  private static final HeaderName API_KEY = HeaderNames.create("X-API-Key");
  private static final Header TEXT = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "text/plain; version=0.0.4; charset=utf-8");
  private static final String UNKNOWN = "unknown";
  private static final String GET = "GET";
  private static final String POST = "POST";

  private final Services services;
  private final Operation operation;
  private final byte[] openApi;

  /// Who answers.
  record Services(ModelRepository repository, MetadataService metadata, InferService infer,
      SequenceService sequences, GenerateService generate, TaskService tasks) {}

  /// What all requests need.
  ///
  /// @param keys null if everybody may ask, whom the guard lets pass
  /// @param log is told of failures of the server
  /// @param access null for no access log
  record Operation(RequestGate gate, Deadlines deadlines, BodyMemory memory, int mostBody,
      @Nullable ApiKeys keys, SiteGuard guard, ServerMetrics metrics, Consumer<String> log,
      @Nullable AccessLog access) {}

  Routes(Services services, Operation operation) {
    this.services = services;
    this.operation = operation;
    try (var in = Objects.requireNonNull(
        Routes.class.getResourceAsStream("/dev/unroll/server/openapi.json"))) {
      openApi = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    long begin = System.nanoTime();
    var exchange = new Exchange(request, response, operation.memory,
        operation.deadlines.ofThisThread(), operation.mostBody, operation.gate);
    var found = new Found();
    String error = null;
    operation.gate.enter();
    try {
      answer(exchange, found);
    } catch (CloseConnectionException | UncheckedIOException e) {
      throw e; // the client has left
    } catch (RuntimeException | OutOfMemoryError e) {
      var why = refusal(e, exchange);
      error = why.sentence();
      fail(exchange, why);
    } finally {
      exchange.release();
      operation.gate.leave();
      done(exchange, found, System.nanoTime() - begin, error);
    }
    if (exchange.isLast()) {
      throw new CloseConnectionException("that was the last request of the connection");
    }
  }

  /// The route of a request, for figures.
  private static final class Found {
    private String route = UNKNOWN;
  }

  private void done(Exchange exchange, Found found, long nanos, @Nullable String error) {
    operation.metrics.answered(found.route, exchange.status(), nanos);
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

  /// What clients are told of a failure. That of the server is told in its log.
  private RefusedException refusal(Throwable failure, Exchange exchange) {
    return switch (failure) {
      case RefusedException refused -> refused;
      case RequestException unread -> RefusedException.of(unread.status().code(), "%s",
          unread.status().code() == 413
              ? "the body has more than %d bytes, which are allowed".formatted(operation.mostBody)
              : "the body cannot be read: " + unread.getMessage());
      // Over HTTP there are no masks.
      case DataException data -> RefusedException.invalid("%s", String.valueOf(data.getMessage())
          .replace(", or mask the step and put 0 there", ""));
      case IllegalArgumentException invalid when invalid.getMessage() != null ->
          RefusedException.invalid("%s", invalid.getMessage());
      case OutOfMemoryError _ -> {
        operation.log.accept("out of memory at %s %s; allow more, or lower the limits".formatted(
            exchange.method(), Shown.of(exchange.rawPath())));
        yield RefusedException.busy(5, "the server has no memory left for the request");
      }
      case IllegalStateException state when state.getMessage() != null ->
          RefusedException.of(500, "%s", state.getMessage());
      default -> {
        operation.log.accept("%s %s failed: %s at %s".formatted(exchange.method(),
            Shown.of(exchange.rawPath()), failure,
            failure.getStackTrace().length == 0 ? "?" : failure.getStackTrace()[0]));
        yield RefusedException.of(500, "the server failed; its log says more");
      }
    };
  }

  private void answer(Exchange exchange, Found found) {
    var path = exchange.path();
    int last = path.length - 1;
    if (path[last].isEmpty() && last > 0) {
      last--; // a slash at the end
    }
    if (!isHealth(path, last)) {
      if (operation.keys == null) {
        operation.guard.require(exchange);
      }
      requireKey(exchange);
    }
    switch (path[0]) {
      case "v2" -> version2(exchange, path, last, found);
      case "v1" -> version1(exchange, path, last, found);
      case "metrics" -> {
        require(exchange, GET, last == 0, found, "metrics");
        var text = JsonFormat.bytes(operation.metrics.text());
        exchange.send(200, TEXT, text, text.length);
      }
      default -> throw nothing(exchange);
    }
  }

  private static boolean isHealth(String[] path, int last) {
    return last == 2 && path[0].equals("v2") && path[1].equals("health");
  }

  private void requireKey(Exchange exchange) {
    var keys = operation.keys;
    if (keys != null
        && !keys.admit(exchange.header(HeaderNames.AUTHORIZATION), exchange.header(API_KEY))) {
      exchange.answerHeader(HeaderNames.WWW_AUTHENTICATE, "Bearer");
      throw RefusedException.of(401, "the request has no key that is known; send it as "
          + "Authorization: Bearer KEY");
    }
  }

  private void version2(Exchange exchange, String[] path, int last, Found found) {
    if (last == 0) {
      require(exchange, GET, true, found, "v2");
      services.metadata.server(exchange);
      return;
    }
    switch (path[1]) {
      case "health" -> health(exchange, path, last, found);
      case "models" -> {
        if (last < 2) {
          throw nothing(exchange);
        }
        model(exchange, path, last, found);
      }
      case "repository" -> {
        require(exchange, POST, last == 2 && path[2].equals("index"), found, "repository_index");
        exchange.body();
        services.metadata.index(exchange);
      }
      default -> throw nothing(exchange);
    }
  }

  private void health(Exchange exchange, String[] path, int last, Found found) {
    boolean live = last == 2 && path[2].equals("live");
    if (exchange.method().equals("HEAD") && (live || last == 2 && path[2].equals("ready"))) {
      found.route = live ? "live" : "ready";
      exchange.empty(live || !operation.gate.ends() ? 200 : 503);
      return;
    }
    require(exchange, GET, live || last == 2 && path[2].equals("ready"), found,
        live ? "live" : "ready");
    if (live) {
      services.metadata.live(exchange);
    } else {
      services.metadata.ready(exchange, !operation.gate.ends());
    }
  }

  private void model(Exchange exchange, String[] path, int last, Found found) {
    ModelVersion version;
    int at = 3;
    if (last >= 4 && path[3].equals("versions")) {
      version = services.repository.require(path[2], path[4]);
      at = 5;
    } else {
      version = services.repository.require(path[2]);
    }
    var what = at > last ? "" : path[at];
    boolean ends = at >= last;
    switch (what) {
      case "" -> {
        require(exchange, GET, ends, found, "model");
        services.metadata.model(exchange, version);
      }
      case "ready" -> {
        require(exchange, GET, ends, found, "model_ready");
        services.metadata.ready(exchange, version);
      }
      case "infer" -> {
        require(exchange, POST, ends, found, "infer");
        services.infer.infer(exchange, version);
      }
      case "generate" -> {
        require(exchange, POST, ends, found, "generate");
        services.generate.generate(exchange, version);
      }
      case "generate_stream" -> {
        require(exchange, POST, ends, found, "generate_stream");
        services.generate.stream(exchange, version);
      }
      case "sequences" -> {
        require(exchange, exchange.method(), last == at + 1, found, "sequence");
        services.sequences.handle(exchange, version, path[at + 1]);
      }
      default -> throw nothing(exchange);
    }
  }

  private void version1(Exchange exchange, String[] path, int last, Found found) {
    var what = last == 1 ? path[1] : "";
    switch (what) {
      case "openapi.json" -> {
        require(exchange, GET, true, found, "openapi");
        exchange.json(200, openApi);
      }
      case "classify" -> {
        require(exchange, POST, true, found, what);
        services.tasks.classify(exchange);
      }
      case "tag" -> {
        require(exchange, POST, true, found, what);
        services.tasks.tag(exchange);
      }
      case "forecast" -> {
        require(exchange, POST, true, found, what);
        services.tasks.forecast(exchange);
      }
      default -> throw nothing(exchange);
    }
  }

  private static void require(Exchange exchange, String method, boolean isThere, Found found,
      String route) {
    if (!isThere) {
      throw nothing(exchange);
    }
    found.route = route;
    if (!exchange.method().equals(method)) {
      exchange.answerHeader(HeaderNames.ALLOW, method);
      throw RefusedException.of(405, "%s is not allowed here; use %s",
          Shown.of(exchange.method().toUpperCase(Locale.ROOT)), method);
    }
  }

  private static RefusedException nothing(Exchange exchange) {
    return RefusedException.missing("there is nothing at %s; there are /v2, /v2/models/NAME, "
        + "/v1/openapi.json and /metrics", Shown.of(exchange.rawPath()));
  }
}
