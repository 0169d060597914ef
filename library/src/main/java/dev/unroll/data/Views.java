package dev.unroll.data;

/// Windows over data that is in memory once: each is copied into a batch when it is needed, so that
/// a series of n steps takes the memory of n steps and not that of its n windows. All have the same
/// number of steps, and a vector as their target.
///
/// Reading is safe from several threads as long as the data does not change.
public interface Views {

  /// The number of windows.
  int count();

  /// T, the number of steps of every window.
  int steps();

  /// F, the number of features of a step.
  int features();

  /// N, the size of a window's target.
  int targets();

  /// Writes the input of a window; all numbers are finite.
  ///
  /// @param view `0 … count() − 1`
  /// @param to takes the F numbers of step t from `at + t · stride` on
  void input(int view, float[] to, int at, int stride);

  /// Writes the target of a window, N numbers from `at` on; NaN where it is unknown, which the
  /// losses of numbers mask.
  void target(int view, float[] to, int at);
}
