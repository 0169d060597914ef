package dev.unroll.kernel;

/// The loops that measure the peak of a core, the roof that no kernel can exceed. They do nothing
/// else than arithmetic in registers, or reading; the caller measures the time.
///
/// Stateless except for the given arrays: each thread of a measurement calls with its own.
public interface Roofs {

  /// The kind of loops, `vector 256 bit` or `plain Java`.
  String name();

  /// Independent fused multiply-adds in registers.
  ///
  /// @return a number that depends on all of them, so that no compiler eliminates them
  float multiplyAdd(int rounds);

  /// The floating-point operations of a round, two for each multiply-add.
  int operations();

  /// `Σ a[i]` for i in `[from, to)`, in no promised order.
  float read(float[] a, int from, int to);
}
