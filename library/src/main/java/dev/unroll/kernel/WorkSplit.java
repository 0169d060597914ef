package dev.unroll.kernel;

/// Work on `[0, n)` that threads divide among them, created once and run at every step: running it
/// allocates nothing. What the work needs besides its range it reads from fields of its owner.
///
/// The cost of an element is measured with every run, so that small work is done by the caller
/// alone.
public final class WorkSplit {
  /// Work on elements `[from, to)`.
  public interface Part {
    /// Does the work.
    void run(int from, int to);
  }

  /// The multiply-adds that a thread does in a nanosecond: what [Threads] counts work in.
  private static final double SPEED = 100;

  /// The rate at which a measured cost may rise. It falls at once: a run that takes longer than
  /// usual was interrupted, or is not compiled yet.
  private static final double RISE = 1.0 / 64;

  /// Every this many runs, the caller tries small work alone: if sharing takes longer than the
  /// work, shared runs do not show how small the work is.
  private static final int TRIAL = 64;

  private static final double SHORT = 1e5;

  private final Threads threads;
  private final int grain;
  private final Part part;
  private final Threads.Task task = this::share;
  private int n;
  private int runs;

  /// The nanoseconds of an element on one thread; 0 if unknown.
  private double cost;

  public WorkSplit(Threads threads, int grain, Part part) {
    this.threads = threads;
    this.grain = grain;
    this.part = part;
  }

  /// Runs the part for consecutive ranges of `[0, n)`, one a thread; a range is a multiple of the
  /// grain long, but for the last one.
  public void run(int n) {
    this.n = n;
    double time = n * cost;
    boolean trial = ++runs % TRIAL == 0 && time < SHORT;
    long start = System.nanoTime();
    int count = threads.run(task, trial ? 0 : time * SPEED);
    learn((double) (System.nanoTime() - start) * count / Math.max(1, n));
  }

  /// In a shared run, waiting counts as work.
  private void learn(double measured) {
    cost = cost == 0 || measured < cost ? measured : cost + (measured - cost) * RISE;
  }

  private void share(int thread, int count) {
    int from = share(n, grain, thread, count);
    int to = share(n, grain, thread + 1, count);
    if (from < to) {
      part.run(from, to);
    }
  }

  /// The start of the share of a thread; the next thread's start is its end.
  public static int share(int n, int thread, int threads) {
    return (int) ((long) n * thread / threads);
  }

  /// The same, but every boundary within n is a multiple of `grain`.
  public static int share(int n, int grain, int thread, int threads) {
    return Math.min(n, share((n + grain - 1) / grain, thread, threads) * grain);
  }
}
