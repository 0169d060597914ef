package dev.unroll.kernel;

/// Work on `[0, n)` that threads divide among them, made once and run at every step: running it
/// allocates nothing. What the work needs besides its range it reads from fields of its owner.
public final class Split {
  /// Work on elements `[from, to)`.
  public interface Part {
    /// Does it.
    void run(int from, int to);
  }

  private final Threads threads;
  private final int grain;
  private final Part part;
  private final Threads.Task task = this::share;
  private int n;

  Split(Threads threads, int grain, Part part) {
    this.threads = threads;
    this.grain = grain;
    this.part = part;
  }

  /// Runs the part for consecutive ranges of `[0, n)`, one a thread; a range is a multiple of the
  /// grain long, but for the last one.
  public void run(int n) {
    this.n = n;
    threads.run(task);
  }

  private void share(int thread, int count) {
    int from = StageRunner.share(n, grain, thread, count);
    int to = StageRunner.share(n, grain, thread + 1, count);
    if (from < to) {
      part.run(from, to);
    }
  }
}
