package dev.unroll.server.operation;

import org.jspecify.annotations.Nullable;

/// Where requests go that are over: into figures, and a line of the access log.
///
/// @param access null for no access log
public record RequestLog(ServerMetrics metrics, @Nullable AccessLog access) {
  /// A request is over.
  ///
  /// @param route by its name in figures
  public void add(String route, AccessLog.Line line) {
    metrics.answered(route, line.status(), line.nanos());
    if (access != null) {
      access.add(line);
    }
  }
}
