// Times the loops of a tile in turns: see run.

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DEPTH = 256, CALLS = 1000, MOST = 100000 };

typedef void Loop(const float *a, const float *b, long end, float *sums);

#define X(rows, indices, at) extern Loop tile_##rows##_##indices##_##at;
#include "loops.h"
#undef X

static const struct {
  Loop *loop;
  int rows, indices, at;
} loops[] = {
#define X(rows, indices, at) {tile_##rows##_##indices##_##at, rows, indices, at},
#include "loops.h"
#undef X
};

enum { LOOPS = sizeof loops / sizeof *loops };

static float rates[LOOPS][MOST];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static void fill(float *values, int n) {
  for (int i = 0; i < n; i++) values[i] = 0.1f;
}

int main(int count, char **arguments) {
  double end = now() + (count > 1 ? atof(arguments[1]) : 20);
  // A is read 64 bytes apart for each k, so that one index serves both; 16 KB each.
  static _Alignas(64) float a[DEPTH * 16], b[DEPTH * 16];
  float sums[8];
  fill(a, DEPTH * 16);
  fill(b, DEPTH * 16);
  int rounds = 0;
  for (; now() < end && rounds < MOST; rounds++) {
    for (int l = 0; l < LOOPS; l++) {
      double from = now();
      for (int k = 0; k < CALLS; k++) loops[l].loop(a, b, DEPTH * 64L, sums);
      double flops = 2.0 * 16 * loops[l].rows * DEPTH * CALLS;
      rates[l][rounds] = (float)(flops / (now() - from) / 1e9);
    }
  }
  printf("GFLOP/s of %d rounds: the fifth, the half, the tenth best\n", rounds);
  for (int l = 0; l < LOOPS; l++) {
    qsort(rates[l], (size_t)rounds, sizeof(float), ascending);
    printf("%d rows, %s, at %2d: %6.1f %6.1f %6.1f\n", loops[l].rows,
           loops[l].indices == 1 ? "one index  " : "two indices", loops[l].at, rates[l][rounds / 5],
           rates[l][rounds / 2], rates[l][rounds - 1 - rounds / 10]);
  }
}
