package dev.unroll.app.serve;

import dev.unroll.app.console.OptionValues;
import dev.unroll.server.operation.ServerLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/// What clients can make the server do at most.
final class LimitOptions {
  private static final int MOST = 1 << 30;

  @Option(names = "--max-body", paramLabel = "BYTES",
      description = "The largest body of a request. Default: ${DEFAULT-VALUE}.")
  private int body = ServerLimits.DEFAULT.body();

  @Option(names = "--max-headers", paramLabel = "BYTES",
      description = "The largest headers of a request. Default: ${DEFAULT-VALUE}.")
  private int headers = ServerLimits.DEFAULT.headers();

  @Option(names = "--max-steps", paramLabel = "N",
      description = "The longest sequence of a request, and prompt. Default: ${DEFAULT-VALUE}.")
  private int steps = ServerLimits.DEFAULT.steps();

  @Option(names = "--max-sequences", paramLabel = "N",
      description = "The most sequences that a model keeps. Default: ${DEFAULT-VALUE}.")
  private int sequences = ServerLimits.DEFAULT.sequences();

  @Option(names = "--max-requests", paramLabel = "N",
      description = "The most requests that are answered at once; others get 429. Default: "
          + "${DEFAULT-VALUE}.")
  private int requests = ServerLimits.DEFAULT.requests();

  @Option(names = "--max-connections", paramLabel = "N",
      description = "The most connections; others wait. Default: ${DEFAULT-VALUE}.")
  private int connections = ServerLimits.DEFAULT.connections();

  @Option(names = "--max-tokens", paramLabel = "N",
      description = "The longest text that is generated. Default: ${DEFAULT-VALUE}.")
  private int tokens = ServerLimits.DEFAULT.tokens();

  @Option(names = "--patience", paramLabel = "SECONDS",
      description = "A request has to arrive, and an answer to be taken, within this time. Default:"
          + " ${DEFAULT-VALUE}.")
  private int patience = (int) ServerLimits.DEFAULT.patience().toSeconds();

  @Option(names = "--connection-idle", paramLabel = "SECONDS",
      description = "Close connections that are idle for this long. Default: ${DEFAULT-VALUE}.")
  private int idle = (int) ServerLimits.DEFAULT.idle().toSeconds();

  /// The limits.
  ///
  /// @throws IllegalArgumentException that names an option that is out of range
  ServerLimits limits() {
    return new ServerLimits(OptionValues.inRange("--max-body", body, 1, MOST),
        OptionValues.inRange("--max-headers", headers, 256, 1 << 20),
        OptionValues.inRange("--max-steps", steps, 1, MOST),
        OptionValues.inRange("--max-sequences", sequences, 1, MOST),
        OptionValues.inRange("--max-requests", requests, 1, 1 << 20),
        OptionValues.inRange("--max-connections", connections, 1, 1 << 20),
        OptionValues.inRange("--max-tokens", tokens, 1, MOST),
        Duration.ofSeconds(OptionValues.inRange("--patience", patience, 1, 1 << 20)),
        Duration.ofSeconds(OptionValues.inRange("--connection-idle", idle, 1, 1 << 20)));
  }
}
