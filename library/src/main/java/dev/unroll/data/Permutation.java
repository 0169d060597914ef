package dev.unroll.data;

import dev.unroll.tensor.CounterRandom;

/// Random orders by Fisher and Yates.
public final class Permutation {
  private Permutation() {}

  /// The numbers `0 … n − 1` in a random order that stream and step alone decide.
  public static int[] of(CounterRandom random, long step, int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = below(random, step, i, i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /// One of the numbers `0 … bound − 1`, all equally likely but for 2^-32.
  public static int below(CounterRandom random, long step, long element, int bound) {
    return (int) Math.unsignedMultiplyHigh(random.bits(step, element), bound);
  }
}
