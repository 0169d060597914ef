package dev.unroll.server.operation;

import java.time.Duration;

/// What clients can make the server do at most. Beyond it they get an error, and the server keeps
/// its memory.
///
/// @param body bytes of a body
/// @param headers bytes of the headers of a request
/// @param steps of a sequence in a request
/// @param sequences that a model keeps
/// @param requests that are answered at once
/// @param connections that are open at once
/// @param tokens that a text model writes for a request
/// @param patience for a request to arrive, and for an answer to be taken
/// @param idle after which a connection that is not used is closed
public record ServerLimits(int body, int headers, int steps, int sequences, int requests,
    int connections, int tokens, Duration patience, Duration idle) {
  /// 16 MiB, 16 KiB, 10,000 steps, 100,000 sequences, 1,024 requests, 16,384 connections, 4,096
  /// tokens, 30 seconds, 5 minutes.
  public static final ServerLimits DEFAULT = new ServerLimits(16 << 20, 16 << 10, 10_000, 100_000,
      1_024, 16_384, 4_096, Duration.ofSeconds(30), Duration.ofMinutes(5));
}
