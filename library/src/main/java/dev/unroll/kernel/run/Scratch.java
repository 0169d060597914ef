package dev.unroll.kernel.run;

import dev.unroll.kernel.Workspace;
import dev.unroll.tensor.guard.Leftovers;

/// The private memory of one thread: registers of a row, positions, and packed blocks; and the
/// direction in which it passes over weights.
public final class Scratch {
  private final int thread;
  private final Workspace workspace = new Workspace();
  private float[] registers = {};
  private int[] positions = {};
  private float[][] arrays = {};
  private boolean descending;

  /// @param thread the thread of a team that it serves
  public Scratch(int thread) {
    this.thread = thread;
  }

  int thread() {
    return thread;
  }

  Workspace workspace() {
    return workspace;
  }

  /// Called at the beginning of a step: weights that the last one read in ascending order are now
  /// read in descending order, as the ones that were read last are still in the caches.
  void turn() {
    descending = !descending;
  }

  /// Whether the step passes over weights from the last ones to the first.
  boolean descending() {
    return descending;
  }

  float[] registers(int length) {
    if (registers.length < length) {
      registers = new float[length];
    }
    Leftovers.spoil(registers, 0, length);
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
