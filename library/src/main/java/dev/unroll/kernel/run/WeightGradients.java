package dev.unroll.kernel.run;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.plan.Buffer;
import dev.unroll.kernel.plan.Place;
import dev.unroll.kernel.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

/// The gradients of the parameters: for each stack one product over all steps and samples, for each
/// vector one sum. Threads work on different rows of the result, so that no sum is split.
final class WeightGradients implements Threads.Task {
  /// The length of the partial sums of a vector's gradient, in rows: short enough that rounding
  /// does not grow with the length of the sequence.
  private static final int BLOCK = 64;

  /// Products that threads may work on without waiting for each other: those of one matrix, whose
  /// rows are divided differently if its stacks differ, are in different waves.
  private final List<List<Shared>> waves;
  private final List<Total> vectors;
  private final Kernels kernels;
  private final Threads threads;
  private final Scratch[] scratch;

  /// The multiply-adds of each wave for a row.
  private final double[] works;

  /// The current wave.
  private int wave;
  private int steps;
  private int batch;
  private float[] gradients = {};

  /// `d stack += adjointᵀ · operand`, where the stack is a `[rows, columns]` at `offset` of the
  /// gradients that are added to now, with a stride of `stride`. Of matrices with heads it is the
  /// rows of one block, and its columns of the operand.
  private final class Outer implements RightFactor {
    private final Plan.MatrixGradient gradient;
    private final Location operand;
    private final int offset;
    private final int row;
    private final int height;
    private final int columns;
    private final int stride;

    /// @param row the first row in the stack
    /// @param column the first column of the operand
    Outer(Plan.MatrixGradient gradient, Memory memory, Weights weights, int row, int height,
        int column) {
      this.gradient = gradient;
      this.row = row;
      this.height = height;
      operand = memory.locate(gradient.operand()).column(column);
      stride = weights.stride(gradient.stack());
      offset = weights.offset(gradient.stack()) + row * stride;
      columns = weights.columns(gradient.stack());
    }

    @Override
    public float[] b() {
      return operand.array();
    }

    @Override
    public int bOffset() {
      return operand.at(0, 0);
    }

    @Override
    public int bStride() {
      return operand.stride();
    }

    @Override
    public int columns() {
      return columns;
    }

    @Override
    public float[] c() {
      return gradients;
    }

    @Override
    public int cOffset() {
      return offset;
    }

    @Override
    public int cStride() {
      return stride;
    }

    /// Whether a matrix gets gradients from both.
    boolean meets(Outer other) {
      return !Collections.disjoint(gradient.stack().matrices(), other.gradient.stack().matrices());
    }
  }

  /// The products of a wave with one adjoint `[T·B, rows]`, which is packed for the kernels once
  /// for all.
  ///
  /// @param before the rows before them in their stack, whose rows are divided among threads
  /// @param all the rows of the stack
  private record Shared(Location adjoint, int rows, int before, int all, List<Outer> outers) {

    /// The first row of a thread.
    int from(int thread, int count) {
      return Math.clamp(WorkSplit.share(all, thread, count) - before, 0, rows);
    }
  }

  /// `d vector += Σ adjoint`, where the vector is an `[n]` at `offset`.
  ///
  /// @param summed whether the adjoint holds sums over steps, which are cleared when they have been
  ///     added
  private record Total(Location adjoint, boolean summed, int offset, int n) {}

  WeightGradients(Plan.Gradient gradient, Memory memory, Kernels kernels, Weights weights,
      Threads threads, Scratch[] scratch) {
    this.kernels = kernels;
    this.threads = threads;
    this.scratch = scratch;
    var waves = new ArrayList<List<Outer>>();
    for (var m : gradient.matrices()) {
      putIntoWave(waves, outers(m, memory, weights));
    }
    this.waves = waves.stream().map(wave -> shared(wave, memory, weights)).toList();
    vectors = gradient.vectors().stream().map(v -> new Total(memory.locate(v.adjoint()),
        v.adjoint().buffer().span() == Buffer.Span.SUMS, weights.block(v.vector()).offset(),
        weights.block(v.vector()).rows())).toList();
    works = new double[Math.max(1, waves.size())];
    works[0] = vectors.stream().mapToDouble(Total::n).sum();
    for (int i = 0; i < waves.size(); i++) {
      for (var outer : waves.get(i)) {
        works[i] += (double) outer.height * outer.columns;
      }
    }
  }

  /// The products that give the gradient of a stack: one, or one for each block of each matrix.
  private List<Outer> outers(Plan.MatrixGradient gradient, Memory memory, Weights weights) {
    var stack = gradient.stack();
    int blocks = stack.heads() == 1 ? 1 : stack.heads() * stack.matrices().size();
    int height = weights.rows(stack) / blocks;
    var outers = new ArrayList<Outer>();
    for (int i = 0; i < blocks; i++) {
      outers.add(new Outer(gradient, memory, weights, i * height, height,
          i % stack.heads() * weights.columns(stack)));
    }
    return outers;
  }

  private static void putIntoWave(List<List<Outer>> waves, List<Outer> gradient) {
    int wave = waves.size();
    while (wave > 0 && waves.get(wave - 1).stream().noneMatch(gradient.getFirst()::meets)) {
      wave--;
    }
    if (wave == waves.size()) {
      waves.add(new ArrayList<>());
    }
    waves.get(wave).addAll(gradient);
  }

  private static List<Shared> shared(List<Outer> wave, Memory memory, Weights weights) {
    // A stack of one matrix may begin where a larger one does.
    record Adjoint(Place place, int row, int rows, int all) {}
    var byAdjoint = wave.stream().collect(groupingBy(o -> new Adjoint(o.gradient.adjoint(), o.row,
        o.height, weights.rows(o.gradient.stack())), LinkedHashMap::new, toList()));
    return byAdjoint.entrySet().stream().map(e -> {
      var adjoint = e.getKey();
      return new Shared(memory.locate(adjoint.place()).column(adjoint.row()), adjoint.rows(),
          adjoint.row(), adjoint.all(), e.getValue());
    }).toList();
  }

  /// The multiply-adds for a row.
  double work() {
    return Arrays.stream(works).sum();
  }

  /// Adds the gradients over some steps of a batch.
  void add(int steps, int batch, float[] gradients) {
    this.steps = steps;
    this.batch = batch;
    this.gradients = gradients;
    for (wave = 0; wave < works.length; wave++) {
      threads.run(this, works[wave] * steps * batch);
    }
  }

  @Override
  public void run(int thread, int count) {
    if (wave < waves.size()) {
      for (var shared : waves.get(wave)) {
        add(shared, thread, count);
      }
    }
    if (wave == 0) {
      for (var vector : vectors) {
        int from = WorkSplit.share(vector.n(), thread, count);
        int to = WorkSplit.share(vector.n(), thread + 1, count);
        add(vector, from, to - from);
      }
      for (var vector : vectors) {
        if (vector.summed()) {
          clear(vector, WorkSplit.share(vector.n(), thread, count),
              WorkSplit.share(vector.n(), thread + 1, count));
        }
      }
    }
  }

  private void add(Shared shared, int thread, int count) {
    var a = shared.adjoint();
    int from = shared.from(thread, count);
    int to = shared.from(thread + 1, count);
    if (from < to) {
      kernels.accumulateOuter(a.array(), a.at(0, 0), a.stride(), steps * batch, from, to,
          shared.outers(), scratch[thread].workspace());
    }
  }

  /// Adds columns `[from, from + n)` of a vector's gradient, in blocks of rows.
  private void add(Total vector, int from, int n) {
    var adjoint = vector.adjoint();
    int rows = adjoint.rows(steps, batch);
    for (int start = 0; start < rows; start += BLOCK) {
      kernels.addRows(adjoint.array(), adjoint.at(0, 0) + start * adjoint.stride() + from,
          adjoint.stride(), Math.min(BLOCK, rows - start), gradients, vector.offset() + from, n);
    }
  }

  /// Clears columns `[from, to)`.
  private void clear(Total vector, int from, int to) {
    var adjoint = vector.adjoint();
    for (int row = 0; row < adjoint.rows(steps, batch); row++) {
      int start = adjoint.at(0, 0) + row * adjoint.stride();
      Arrays.fill(adjoint.array(), start + from, start + to, 0);
    }
  }
}
