package dev.unroll.server;

import dev.unroll.server.batch.ComputeThreads;
import dev.unroll.server.http.HttpFront;
import dev.unroll.server.model.ModelSetting;
import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.BodyMemory;
import dev.unroll.server.operation.Deadlines;
import dev.unroll.server.operation.ServerMetrics;
import dev.unroll.server.repository.FolderWatch;
import dev.unroll.server.repository.ModelLoading;
import dev.unroll.server.repository.ModelPlace;
import dev.unroll.server.repository.ModelRepository;
import dev.unroll.server.sequence.SequenceTable;
import java.io.IOException;
import java.util.List;

/// Puts a server together.
///
/// @param front answers requests
/// @param background does what is done now and then
record ServerAssembly(HttpFront front, Background background) {
  /// Loads the models and begins to listen.
  static ServerAssembly of(ServerOptions options, List<ModelPlace> places) throws IOException {
    var address = new HttpFront.Address(options.host(), options.port(), options.tls(),
        options.allowedHosts());
    HttpFront.requireFree(address);
    if (options.tls() != null) {
      options.tls().read(); // what is wrong with it is told before models are loaded
    }
    var limits = options.limits();
    var metrics = new ServerMetrics();
    int threads = Runtime.getRuntime().availableProcessors();
    var compute = new ComputeThreads(threads);
    var memory = new BodyMemory(Runtime.getRuntime().maxMemory(), limits.body());
    var deadlines = new Deadlines(limits.patience());
    var repository = new ModelRepository();
    var loading = new ModelLoading(
        new ModelSetting(limits.steps(), options.batch(), memory.mostComputed(threads),
            options.batchWait(), compute, _ -> {
            }, metrics::read),
        metrics::stepped,
        () -> new SequenceTable(limits.sequences(), options.sequenceIdle()));
    var watch = new FolderWatch(places, repository, loading, options.log());
    try {
      watch.begin();
      var access = options.accessLog() == null ? null : new AccessLog(options.accessLog());
      metrics.gauge("unroll.sequences", "Sequences that are kept", () -> repository.tables()
          .stream().mapToInt(SequenceTable::size).sum());
      metrics.gauge("unroll.models", "Models that are served, each version for itself",
          () -> repository.all().size());
      if (access != null) {
        metrics.gauge("unroll.access.log.lost", "Lines of the access log that were left out",
            access::lost);
      }
      var front = HttpFront.start(address,
          new HttpFront.Parts(repository, compute, metrics, deadlines, memory, options.keys(),
              access, options.log(), version()),
          limits, options.grace());
      return new ServerAssembly(front,
          new Background(watch, repository, deadlines, options));
    } catch (IOException | RuntimeException e) {
      compute.close();
      metrics.close();
      throw e;
    }
  }

  private static String version() {
    var version = UnrollServer.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
