package dev.unroll.testkit;

import dev.unroll.tensor.CounterRandom;

/// The sizes of a random problem and the seed they were drawn from.
record Sizes(int time, int batch, int inputs, int hidden, long seed) {

  /// Each size from 1 up to, but not, its bound.
  static Sizes draw(long seed, int timeBound, int batchBound, int inputsBound, int hiddenBound) {
    var random = CounterRandom.of(seed).stream("sizes");
    int[] bounds = {timeBound, batchBound, inputsBound, hiddenBound};
    int[] sizes = new int[bounds.length];
    for (int i = 0; i < bounds.length; i++) {
      sizes[i] = 1 + (int) (random.uniform(0, i) * (bounds[i] - 1));
    }
    return new Sizes(sizes[0], sizes[1], sizes[2], sizes[3], seed);
  }
}
