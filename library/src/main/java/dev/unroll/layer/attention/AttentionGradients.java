package dev.unroll.layer.attention;

import dev.unroll.kernel.Kernels;
import dev.unroll.layer.run.Alignment;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// The backward pass of attention for one sample after another: the gradients of scores, queries,
/// keys and memory.
///
/// ```
/// dwⱼ = dc · mⱼ     deⱼ = wⱼ (dwⱼ − Σₖ wₖ dwₖ)     dmⱼ += wⱼ dc     dq, dkⱼ by the alignment
/// ```
///
/// Threads work on different samples; the sums of a sample have one order.
final class AttentionGradients {
  private final AttendedMemory memory;
  private final Alignment alignment;
  private final Kernels kernels;
  private final Rows weights;
  private final Rows scratch;
  private final int batch;
  private final boolean projected;
  private final boolean ofAllQueries;
  private final Rows dMemory;
  private final Rows dKeys;
  private final Rows dQueries;
  private final Rows dScores;

  /// What a call works on.
  private Rows queries;
  private Rows dContexts;
  private int from;
  private int to;

  /// @param weights of the forward pass, `[T · B, S]`
  /// @param time T, 0 if there is no backward pass
  /// @param projected whether keys are others than the memory
  AttentionGradients(AttendedMemory memory, Alignment alignment, Kernels kernels, Rows weights,
      Rows scratch, int time, int batch, int size, int scoreSize, boolean projected) {
    this.memory = memory;
    this.alignment = alignment;
    this.kernels = kernels;
    this.weights = weights;
    this.scratch = scratch;
    this.batch = batch;
    this.projected = projected;
    int steps = time == 0 ? 0 : weights.columns();
    ofAllQueries = alignment instanceof Alignment.Multiplicative && projected;
    dMemory = Rows.allocate(steps * batch, size);
    dKeys = projected ? Rows.allocate(steps * batch, scoreSize) : dMemory;
    dQueries = Rows.allocate(time * batch, scoreSize);
    dScores = Rows.allocate(time * batch, weights.columns());
    queries = scratch;
    dContexts = scratch;
  }

  /// The gradient of the memory so far, without what keys add to it.
  Rows dMemory() {
    return dMemory;
  }

  /// The gradient of the keys so far.
  Rows dKeys() {
    return dKeys;
  }

  /// The gradient of the queries of the last call.
  Rows dQueries() {
    return dQueries;
  }

  /// Begins anew.
  void clear() {
    Leftovers.spoil(dQueries);
    Leftovers.spoil(dScores);
    Arrays.fill(dMemory.array(), 0f);
    Arrays.fill(dKeys.array(), 0f);
  }

  /// Says what [#samples] works on: some of the queries' steps.
  void of(Rows queries, Rows dContexts, int from, int to) {
    this.queries = queries;
    this.dContexts = dContexts;
    this.from = from;
    this.to = to;
  }

  /// The gradients of some samples, from the last query to the first.
  void samples(int first, int end) {
    for (int b = first; b < end; b++) {
      for (int t = to - 1; t >= from; t--) {
        int row = t * batch + b;
        scores(row, b);
        if (ofAllQueries) {
          query(row, b);
        } else {
          queryAndMemory(row, b);
        }
      }
      if (ofAllQueries) {
        memoryOfAllQueries(b);
      }
    }
  }

  /// The gradients of the scores of a query.
  private void scores(int row, int b) {
    int size = memory.size();
    var u = scratch.array();
    int so = b * scratch.columns();
    var w = weights.array();
    var de = dScores.array();
    int at = row * weights.columns();
    var dc = dContexts.array();
    int dcAt = dContexts.offset() + row * size;
    float mean = 0;
    for (int j = 0; j < memory.steps(); j++) {
      if (memory.isPresent(j, b)) {
        de[at + j] =
            Alignment.dot(kernels, dc, dcAt, memory.values(), memory.valueAt(j, b), u, so, size);
        mean += w[at + j] * de[at + j];
      }
    }
    for (int j = 0; j < memory.steps(); j++) {
      if (memory.isPresent(j, b)) {
        de[at + j] = w[at + j] * (de[at + j] - mean);
      }
    }
  }

  /// Where scores are products: the gradient of a query, of all keys at once.
  private void query(int row, int b) {
    int n = memory.keySize();
    Arrays.fill(dQueries.array(), row * n, (row + 1) * n, 0f);
    for (int j = 0, end; j < memory.steps(); j = end) {
      end = memory.endOfRun(j, b);
      if (memory.isPresent(j, b)) {
        Alignment.addAll(end - j, dScores.array(), row * weights.columns() + j, 1, memory.keys(),
            memory.keyAt(j, b), batch * n, dQueries.array(), row * n, n);
      }
    }
  }

  /// Where scores are products: the gradients of the memory and of the keys, of all queries at
  /// once, from the last one to the first.
  private void memoryOfAllQueries(int b) {
    int size = memory.size();
    int n = memory.keySize();
    int last = (to - 1) * batch + b;
    int stride = -batch * weights.columns();
    for (int j = 0; j < memory.steps(); j++) {
      if (memory.isPresent(j, b)) {
        int at = last * weights.columns() + j;
        Alignment.addAll(to - from, weights.array(), at, stride, dContexts.array(),
            dContexts.offset() + last * size, -batch * size, dMemory.array(),
            (j * batch + b) * size, size);
        Alignment.addAll(to - from, dScores.array(), at, stride, queries.array(),
            queries.offset() + last * n, -batch * n, dKeys.array(), (j * batch + b) * n, n);
      }
    }
  }

  private void queryAndMemory(int row, int b) {
    int size = memory.size();
    int n = memory.keySize();
    int at = row * weights.columns();
    int dcAt = dContexts.offset() + row * size;
    for (int j = 0; j < memory.steps(); j++) {
      if (memory.isPresent(j, b)) {
        Alignment.addScaled(weights.array()[at + j], dContexts.array(), dcAt, dMemory.array(),
            (j * batch + b) * size, size);
      }
    }
    Arrays.fill(dQueries.array(), row * n, (row + 1) * n, 0f);
    for (int j = 0; j < memory.steps(); j++) {
      if (memory.isPresent(j, b)) {
        alignment.backward(dScores.array()[at + j], b, queries.array(),
            queries.offset() + row * n, memory.keys(), memory.keyAt(j, b), dQueries.array(),
            row * n, dKeys.array(), (j * batch + b) * n, scratch.array(),
            b * scratch.columns());
      }
    }
  }

  /// The floats of memory that were planned.
  long floats() {
    long floats = (long) dMemory.array().length + dQueries.array().length
        + dScores.array().length;
    return projected ? floats + dKeys.array().length : floats;
  }
}
