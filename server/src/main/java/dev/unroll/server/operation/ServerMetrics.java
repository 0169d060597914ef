package dev.unroll.server.operation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The figures of a server, for Prometheus. Labels are routes, statuses and names of models, never
/// what a client has sent.
public final class ServerMetrics implements AutoCloseable {
  private static final Duration[] LATENCIES = {Duration.ofNanos(100_000), Duration.ofNanos(300_000),
    Duration.ofMillis(1), Duration.ofMillis(3), Duration.ofMillis(10), Duration.ofMillis(30),
    Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(3),
    Duration.ofSeconds(10)};
  private static final double[] BATCHES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final ConcurrentHashMap<Answered, Timer> timers = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, DistributionSummary> steps = new ConcurrentHashMap<>();
  private final Counter tokens;

  private record Answered(String route, int status) {}

  /// Without figures of a server yet.
  public ServerMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    collector.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    tokens = Counter.builder("unroll.tokens").description("Symbols that text models have read")
        .register(registry);
  }

  /// Shows a number that is asked for when figures are.
  public void gauge(String name, String description, Supplier<Number> number) {
    Gauge.builder(name, number).description(description).register(registry);
  }

  /// Counts a request.
  ///
  /// @param route of the API, with names of models left out
  public void answered(String route, int status, long nanos) {
    timers.computeIfAbsent(new Answered(route, status), this::timer)
        .record(Duration.ofNanos(nanos));
  }

  private Timer timer(Answered answered) {
    return Timer.builder("unroll.requests").description("Requests, and how long they took")
        .tag("route", answered.route).tag("status", Integer.toString(answered.status))
        .serviceLevelObjectives(LATENCIES).register(registry);
  }

  /// Counts a call that stepped n sequences.
  public void stepped(String model, int n) {
    steps.computeIfAbsent(model, this::summary).record(n);
  }

  private DistributionSummary summary(String model) {
    return DistributionSummary.builder("unroll.steps")
        .description("Steps of sequences, by how many were made in one call").tag("model", model)
        .serviceLevelObjectives(BATCHES).register(registry);
  }

  /// Counts a call that read n symbols of texts.
  public void read(int n) {
    tokens.increment(n);
  }

  /// All figures, in the text format of Prometheus.
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
