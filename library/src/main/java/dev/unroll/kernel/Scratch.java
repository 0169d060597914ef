package dev.unroll.kernel;

/// What one thread needs for itself: registers of a row, positions, and room for packed blocks.
final class Scratch {
  private final Workspace workspace = new Workspace();
  private float[] registers = {};
  private int[] positions = {};
  private float[][] arrays = {};

  Workspace workspace() {
    return workspace;
  }

  float[] registers(int length) {
    if (registers.length < length) {
      registers = new float[length];
    }
    return registers;
  }

  float[][] arrays(int length) {
    if (arrays.length < length) {
      arrays = new float[length][];
    }
    return arrays;
  }

  int[] positions(int length) {
    if (positions.length < length) {
      positions = new int[length];
    }
    return positions;
  }
}
