package dev.unroll.server.http;

import dev.unroll.server.operation.AccessLog;
import dev.unroll.server.operation.ServerMetrics;
import org.jspecify.annotations.Nullable;

/// Where requests go that are over: into figures, and a line of the access log.
///
/// @param access null for no access log
record RequestLog(ServerMetrics metrics, @Nullable AccessLog access) {
  /// A request is over.
  ///
  /// @param route by its name in figures
  void add(String route, AccessLog.Line line) {
    metrics.answered(route, line.status(), line.nanos());
    if (access != null) {
      access.add(line);
    }
  }
}
