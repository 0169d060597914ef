package dev.unroll.server.http;

import dev.unroll.server.operation.RequestGate;
import dev.unroll.server.operation.ServerMetrics;
import dev.unroll.server.protocol.JsonFormat;
import dev.unroll.server.repository.ModelRepository;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/// Finds who answers a request, by its path.
final class Routes {
  private static final Header TEXT = HeaderValues.createCached(HeaderNames.CONTENT_TYPE,
      "text/plain; version=0.0.4; charset=utf-8");
  private static final String GET = "GET";
  private static final String POST = "POST";

  private final Services services;
  private final RequestGate gate;
  private final ServerMetrics metrics;
  private final byte[] openApi;

  /// Who answers.
  record Services(ModelRepository models, MetadataService metadata, RepositoryService repository,
      InferService infer, SequenceService sequences, GenerateService generate,
      ClassifyService classify, TagService tag, ForecastService forecast) {}

  Routes(Services services, RequestGate gate, ServerMetrics metrics) {
    this.services = services;
    this.gate = gate;
    this.metrics = metrics;
    try (var in = Objects.requireNonNull(
        Routes.class.getResourceAsStream("/dev/unroll/server/openapi.json"))) {
      openApi = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Answers a request.
  ///
  /// @param route is set as soon as it is known
  void answer(Exchange exchange, RequestPath path, Route route) {
    switch (path.part(0)) {
      case "v2" -> version2(exchange, path, route);
      case "v1" -> version1(exchange, path, route);
      case "metrics" -> {
        route.is("metrics", exchange, GET, path.count() == 1);
        var text = JsonFormat.bytes(metrics.text());
        exchange.send(200, TEXT, text, text.length);
      }
      default -> throw Route.nothing(exchange);
    }
  }

  private void version2(Exchange exchange, RequestPath path, Route route) {
    switch (path.part(1)) {
      case "" -> {
        route.is("v2", exchange, GET, path.count() == 1);
        services.metadata.server(exchange);
      }
      case "health" -> health(exchange, path, route);
      case "models" -> model(exchange, path, route);
      case "repository" -> repository(exchange, path, route);
      default -> throw Route.nothing(exchange);
    }
  }

  private void health(Exchange exchange, RequestPath path, Route route) {
    boolean live = path.part(2).equals("live");
    if (path.count() != 3 || !live && !path.part(2).equals("ready")) {
      throw Route.nothing(exchange);
    }
    route.is(live ? "live" : "ready", exchange, GET);
    if (live) {
      services.metadata.live(exchange);
    } else {
      services.metadata.ready(exchange, !gate.ends());
    }
  }

  private void repository(Exchange exchange, RequestPath path, Route route) {
    switch (path.part(2)) {
      case "index" -> {
        route.is("repository_index", exchange, POST, path.count() == 3);
        services.repository.index(exchange);
      }
      case "models" -> {
        var what = path.part(4);
        route.is("repository_" + (what.equals("load") ? what : "unload"), exchange, POST,
            path.count() == 5 && (what.equals("load") || what.equals("unload")));
        services.repository.refuse(path.part(3), what);
      }
      default -> throw Route.nothing(exchange);
    }
  }

  /// `/v2/models/NAME/…`, or `/v2/models/NAME/versions/N/…`.
  private void model(Exchange exchange, RequestPath path, Route route) {
    if (path.count() < 3) {
      throw Route.nothing(exchange);
    }
    boolean isVersion = path.count() > 4 && path.part(3).equals("versions");
    var version = isVersion ? services.models.require(path.part(2), path.part(4))
        : services.models.require(path.part(2));
    int at = isVersion ? 5 : 3;
    boolean ends = path.count() <= at + 1;
    switch (path.part(at)) {
      case "" -> {
        route.is("model", exchange, GET, ends);
        services.metadata.model(exchange, version);
      }
      case "ready" -> {
        route.is("model_ready", exchange, GET, ends);
        services.metadata.ready(exchange, version);
      }
      case "infer" -> {
        route.is("infer", exchange, POST, ends);
        services.infer.infer(exchange, version);
      }
      case "generate" -> {
        route.is("generate", exchange, POST, ends);
        services.generate.generate(exchange, version);
      }
      case "generate_stream" -> {
        route.is("generate_stream", exchange, POST, ends);
        services.generate.stream(exchange, version);
      }
      case "sequences" -> {
        route.is("sequence", exchange, exchange.method(), path.count() == at + 2);
        services.sequences.handle(exchange, version, path.part(at + 1));
      }
      default -> throw Route.nothing(exchange);
    }
  }

  private void version1(Exchange exchange, RequestPath path, Route route) {
    var what = path.count() == 2 ? path.part(1) : "";
    switch (what) {
      case "openapi.json" -> {
        route.is("openapi", exchange, GET);
        exchange.json(200, openApi);
      }
      case "classify" -> {
        route.is(what, exchange, POST);
        services.classify.classify(exchange);
      }
      case "tag" -> {
        route.is(what, exchange, POST);
        services.tag.tag(exchange);
      }
      case "forecast" -> {
        route.is(what, exchange, POST);
        services.forecast.forecast(exchange);
      }
      default -> throw Route.nothing(exchange);
    }
  }
}
