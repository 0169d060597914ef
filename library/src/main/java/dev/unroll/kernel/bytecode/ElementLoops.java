package dev.unroll.kernel.bytecode;

/// The elementwise work of a stage as code. Emitted classes implement it; they hold no state.
public interface ElementLoops {

  /// Works on some rows. Nothing is checked but by the bounds of the arrays.
  ///
  /// @param arrays where the slots of the stage lie
  /// @param at for each slot where its first row begins in its array, then for each register where it
  ///   lies in `scratch`; moved meanwhile, put back at the end
  /// @param strides for each slot how far apart its rows are, zero for registers
  /// @param rows how many rows
  /// @param lengths the elements of each size
  /// @param from the first column, a multiple of 16; heeded by divisible stages only
  /// @param to the column behind the last one
  /// @param scratch memory that no other thread uses meanwhile
  void run(float[][] arrays, int[] at, int[] strides, int rows, int[] lengths, int from, int to,
      float[] scratch);

  /// Moves all positions by so many rows, for emitted code: once a row instead of in each of many
  /// methods.
  static void move(int[] at, int[] strides, int rows) {
    for (int s = 0; s < strides.length; s++) {
      at[s] += rows * strides[s];
    }
  }
}
