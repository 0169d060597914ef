package dev.unroll.kernel.bytecode;

/// The elementwise work of a stage as code. Emitted classes implement it; they hold no state.
public interface ElementLoops {

  /// Processes some rows. The only checks are array bounds.
  ///
  /// @param arrays the arrays of the slots of the stage
  /// @param at for each slot the start of its first row in its array, then for each register its
  ///     start in `scratch`; modified during the call, restored at the end
  /// @param strides for each slot the stride of its rows, zero for registers
  /// @param rows how many rows
  /// @param lengths the elements of each size
  /// @param from the first column, a multiple of 16; only used by divisible stages
  /// @param to the column after the last one
  /// @param scratch memory that no other thread uses during the call
  void run(float[][] arrays, int[] at, int[] strides, int rows, int[] lengths, int from, int to,
      float[] scratch);

  /// Moves all positions by a number of rows, for emitted code: once per row instead of in each of
  /// many methods.
  static void move(int[] at, int[] strides, int rows) {
    for (int s = 0; s < strides.length; s++) {
      at[s] += rows * strides[s];
    }
  }
}
