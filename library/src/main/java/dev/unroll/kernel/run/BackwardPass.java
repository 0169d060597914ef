package dev.unroll.kernel.run;

/// The progress of the backward pass since the last forward pass. If it overwrites what forward
/// kept, no step may be back-propagated twice.
final class BackwardPass {
  private final boolean overwrites;

  /// The backward pass is done from this step on.
  private int gone = Integer.MAX_VALUE;

  BackwardPass(boolean overwrites) {
    this.overwrites = overwrites;
  }

  /// Called when a forward pass begins.
  void opens() {
    gone = Integer.MAX_VALUE;
  }

  /// Called when the backward pass of the steps `[to, from)` begins.
  ///
  /// @throws IllegalStateException if they were done before and what they need is overwritten
  void goes(int from, int to) {
    if (overwrites && from > gone) {
      throw new IllegalStateException(
          ("Step %d has been gone back already, which overwrites what forward kept of it; go "
              + "forward first, or use Plan.repeatable").formatted(from - 1));
    }
    gone = to;
  }
}
