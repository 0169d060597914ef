package dev.unroll.flink;

import dev.unroll.flink.state.LayoutSnapshot;

/// The name that savepoints of the first format have for a [LayoutSnapshot]. It must stay where it
/// is, or they can no longer be read.
public final class KeyStateSnapshot extends LayoutSnapshot {
  /// For Flink, which reads the rest.
  public KeyStateSnapshot() {}
}
