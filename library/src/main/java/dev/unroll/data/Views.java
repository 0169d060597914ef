package dev.unroll.data;

/// Windows over data that lie in memory once: each is written into a batch when its turn comes, so that a
/// series of n steps takes the memory of n steps and not that of its n windows. All have as many steps, and
/// a vector as their target.
///
/// Reading is safe from several threads as long as nobody changes the data.
public interface Views {

  /// The number of windows.
  int count();

  /// T, the steps of every window.
  int steps();

  /// F, the numbers of a step.
  int features();

  /// N, the numbers that are asked of a window.
  int targets();

  /// Writes what is read of a window; all numbers are finite.
  ///
  /// @param view `0 … count() − 1`
  /// @param to takes the F numbers of step t from `at + t · stride` on
  void input(int view, float[] to, int at, int stride);

  /// Writes the N numbers that are asked of a window from `at` on; NaN where it is not known, which the
  /// losses of numbers leave out.
  void target(int view, float[] to, int at);
}
