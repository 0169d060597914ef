package dev.unroll.kernel;
public final class Threads implements AutoCloseable {
  public interface Task { void run(int thread, int threads); }
  public static Threads of(int n) { return new Threads(); }
  public int size() { return 1; }
  public void run(Task t) { t.run(0, 1); }
  public void close() {}
}
