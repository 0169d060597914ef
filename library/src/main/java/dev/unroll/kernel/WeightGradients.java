package dev.unroll.kernel;

import dev.unroll.expr.Operator;
import dev.unroll.kernel.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The gradients of the parameters: for each stack one product over all steps and samples, for each
/// vector one sum. Threads take different rows of the result, so that no sum is split.
final class WeightGradients {
  /// The length of the partial sums of a vector's gradient, in rows: short enough that rounding does
  /// not grow with the length of the sequence.
  private static final int BLOCK = 64;

  /// Products that threads may work on without waiting for each other: those of one matrix, which rows
  /// are shared out differently if its stacks differ, are in different waves.
  private final List<List<Plan.MatrixGradient>> waves = new ArrayList<>();
  private final List<Plan.VectorGradient> vectors;
  private final Memory memory;
  private final Kernels kernels;
  private final Weights weights;

  WeightGradients(Plan.Gradient gradient, Memory memory, Kernels kernels, Weights weights) {
    vectors = gradient.vectors();
    this.memory = memory;
    this.kernels = kernels;
    this.weights = weights;
    waves.add(new ArrayList<>());
    gradient.matrices().forEach(this::putIntoWave);
  }

  private void putIntoWave(Plan.MatrixGradient gradient) {
    int wave = waves.size();
    while (wave > 0 && !meets(waves.get(wave - 1), gradient)) {
      wave--;
    }
    if (wave == waves.size()) {
      waves.add(new ArrayList<>());
    }
    waves.get(wave).add(gradient);
  }

  private static boolean meets(List<Plan.MatrixGradient> wave, Plan.MatrixGradient gradient) {
    return wave.stream()
        .anyMatch(g -> !Collections.disjoint(g.stack().matrices(), gradient.stack().matrices()));
  }

  /// Adds the gradients over `rows` = T·B rows.
  void add(int rows, float[] gradients, Threads threads, Scratch[] scratch) {
    threads.run((thread, count) -> {
      addMatrices(waves.getFirst(), rows, thread, count, gradients, scratch[thread]);
      addVectors(rows, thread, count, gradients, scratch[thread]);
    });
    for (var wave : waves.subList(1, waves.size())) {
      threads.run(
          (thread, count) -> addMatrices(wave, rows, thread, count, gradients, scratch[thread]));
    }
  }

  private void addMatrices(List<Plan.MatrixGradient> wave, int rows, int thread, int threads,
      float[] gradients, Scratch scratch) {
    for (var matrix : wave) {
      var stack = matrix.stack();
      int count = weights.rows(stack);
      int columns = weights.columns(stack);
      kernels.accumulateOuter(
          memory.array(matrix.adjoint().buffer()), memory.offset(matrix.adjoint(), 0, 0),
          memory.width(matrix.adjoint().buffer()),
          memory.array(matrix.operand().buffer()), memory.offset(matrix.operand(), 0, 0),
          memory.width(matrix.operand().buffer()),
          rows, Unrolled.share(count, thread, threads), Unrolled.share(count, thread + 1, threads),
          columns, gradients, weights.offset(stack), columns, scratch.workspace());
    }
  }

  private void addVectors(int rows, int thread, int threads, float[] gradients, Scratch scratch) {
    for (var vector : vectors) {
      int n = weights.block(vector.vector()).rows();
      int from = Unrolled.share(n, thread, threads);
      int to = Unrolled.share(n, thread + 1, threads);
      sum(vector, rows, from, to - from, gradients, scratch);
    }
  }

  /// Columns `[from, from + n)` of the vector's gradient, in blocks of rows.
  private void sum(Plan.VectorGradient vector, int rows, int from, int n, float[] gradients,
      Scratch scratch) {
    var place = vector.adjoint();
    var array = memory.array(place.buffer());
    int width = memory.width(place.buffer());
    int row = memory.offset(place, 0, 0) + from;
    int into = weights.block(vector.vector()).offset() + from;
    var partial = scratch.registers(n);
    for (int start = 0; start < rows; start += BLOCK) {
      Arrays.fill(partial, 0, n, 0f);
      for (int r = start; r < Math.min(rows, start + BLOCK); r++) {
        kernels.combine(Operator.ADD, partial, 0, false, array, row + r * width, false, partial, 0,
            n);
      }
      kernels.combine(
          Operator.ADD, gradients, into, false, partial, 0, false, gradients, into, n);
    }
  }
}
