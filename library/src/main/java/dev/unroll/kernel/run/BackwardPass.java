package dev.unroll.kernel.run;

/// How far the backward pass has been gone since the last forward pass. Where it overwrites what forward kept, no
/// step is gone back twice.
final class BackwardPass {
  private final boolean overwrites;

  /// The backward pass has been gone from here on.
  private int gone = Integer.MAX_VALUE;

  BackwardPass(boolean overwrites) {
    this.overwrites = overwrites;
  }

  /// A forward pass begins.
  void opens() {
    gone = Integer.MAX_VALUE;
  }

  /// The steps `[to, from)` are gone back now.
  ///
  /// @throws IllegalStateException if that was done before and what it needs is overwritten
  void goes(int from, int to) {
    if (overwrites && from > gone) {
      throw new IllegalStateException(
          ("Step %d has been gone back already, which overwrites what forward kept of it; go forward "
              + "first, or use Plan.repeatable").formatted(from - 1));
    }
    gone = to;
  }
}
