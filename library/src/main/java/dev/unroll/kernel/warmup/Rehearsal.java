package dev.unroll.kernel.warmup;

/// Work that can be done in two ways with the same bits, on small synthetic data: in plain Java,
/// which is fast at once, and on the Vector API, which is slow until C2 has compiled it.
public interface Rehearsal {

  /// Does the work in plain Java; some microseconds.
  void plain();

  /// Does the same work on vectors. To be compiled well, it takes all paths that real data may
  /// take.
  void vector();

  /// Called once, when vectors have become faster; called by any thread.
  void ready();

  /// Called once, when vectors did not become faster in some seconds; called by any thread.
  void givenUp();

  /// How many times as fast as plain Java vectors must be to count as compiled. Code of several
  /// methods may be ahead a little while one of them is still interpreted.
  default int gain() {
    return 1;
  }
}
