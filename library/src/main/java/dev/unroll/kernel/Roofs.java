package dev.unroll.kernel;

/// The loops that show the most a core can do: what no kernel on it can beat. They do nothing else
/// than arithmetic in registers, or reading; whoever calls them takes the time.
///
/// Stateless but for the arrays given: each thread of a measurement calls with its own.
public interface Roofs {

  /// What the loops are made of, `vector 256 bit` or `plain Java`.
  String name();

  /// Independent fused multiply-adds in registers.
  ///
  /// @return a number that depends on all of them, so that no compiler leaves them out
  float multiplyAdd(int rounds);

  /// The floating-point operations of a round, two for each multiply-add.
  int operations();

  /// `Σ a[i]` for i in `[from, to)`, in no promised order.
  float read(float[] a, int from, int to);
}
