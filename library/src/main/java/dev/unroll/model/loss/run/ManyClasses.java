package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.kernel.Workspace;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.Block;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;
import java.util.List;

/// An output layer of many classes and its cross-entropy, of which the logits of all rows are never
/// in memory at once:
///
/// ```
/// z = V h + c      L, dz as SoftmaxCrossEntropy      dh = dz V      dV += dzᵀ h      dc += Σ dz
/// ```
///
/// h `[rows, H]`, V `[classes, H]`. Rows pass in blocks of [Kernels#DEPTH_BLOCK], in which the sums
/// of a product are accumulated anyway: the bits are those of the layer and the loss one after the
/// other (decision 29). dz takes the place of z. V is laid out for the kernels part by part when it
/// is needed. Rows without a target are left out of all products. Holds memory for one block; one
/// caller at a time.
public final class ManyClasses {
  private static final int ROWS = Kernels.DEPTH_BLOCK;

  /// The classes whose part of V is laid out at a time; a multiple of the blocks of sums.
  private static final int PART = 2 * Kernels.DEPTH_BLOCK;

  /// The rows of a partial sum of dc, as for all vectors.
  private static final int SUMMED = 64;

  private final OneCaller caller =
      new OneCaller("the run of an output layer", "bind one for each thread");
  private final Kernels kernels;
  private final Threads threads;
  private final Parameters parameters;
  private final float[] values;
  private final Block matrix;
  private final Block bias;
  private final int classes;
  private final int hidden;
  private final boolean training;
  private final SoftmaxRow each;
  private final WorkSplit scoring;
  private final WorkSplit adding;
  private final Threads.Task forward = this::forward;
  private final Threads.Task down = this::down;
  private final Threads.Task gradients = this::gradients;
  private final Workspace[] workspaces;
  private final Outer outer = new Outer();
  private final List<Outer> outers = List.of(outer);

  /// Parts of V, transposed and as it is; and the last one, which may be smaller.
  private final FloatPanels ahead;
  private final FloatPanels lastAhead;
  private final FloatPanels back;
  private final FloatPanels lastBack;

  /// z and dz of a block.
  private final float[] block;

  private final double[] losses;
  private final boolean[] right;
  private final Rows dh;

  /// The h and dh of the rows of a block that have a target, if not all have one.
  private final float[] someH;
  private final float[] someDh;

  /// The rows of the block that have a target, and how many of them come before each partial sum.
  private final int[] asked;
  private final int[] before;
  private int count;

  private int[] targets = {};
  private float weight;

  /// Where the z, h and dh of the block are.
  private float[] z;
  private int zAt;
  private float[] h;
  private int hAt;
  private float[] d;
  private int dAt;

  /// @param matrix V
  /// @param bias c
  /// @param rows the largest number of rows of a call
  public ManyClasses(Engine engine, Parameters parameters, Block matrix, Block bias,
      Loss.CrossEntropy loss, int rows, boolean training) {
    kernels = engine.kernels();
    threads = engine.threads();
    this.parameters = parameters;
    values = parameters.storage().lateFloats();
    this.matrix = matrix;
    this.bias = bias;
    this.training = training;
    classes = matrix.rows();
    hidden = matrix.columns();
    each = new SoftmaxRow(kernels, classes, loss);
    scoring = engine.split(1, this::score);
    adding = engine.split(1, this::add);
    int part = Math.min(PART, classes);
    int rest = classes % part == 0 ? part : classes % part;
    ahead = kernels.panels(hidden, part);
    lastAhead = rest == part ? ahead : kernels.panels(hidden, rest);
    back = training ? kernels.panels(part, hidden) : ahead;
    lastBack = !training || rest == part ? back : kernels.panels(rest, hidden);
    int most = Math.min(ROWS, rows);
    this.block = new float[Math.multiplyExact(most, classes)];
    z = this.block;
    losses = new double[rows];
    right = new boolean[rows];
    dh = Rows.allocate(training ? rows : 0, hidden);
    someH = new float[most * hidden];
    someDh = new float[training ? most * hidden : 0];
    asked = new int[most];
    before = new int[most / SUMMED + 2];
    workspaces = new Workspace[threads.size()];
    Arrays.setAll(workspaces, _ -> new Workspace());
    h = someH;
    d = someDh;
  }

  /// The loss of rows; in training it adds the gradients of V and c, and computes that of h.
  ///
  /// @param rows h, `[rows, H]`
  /// @param targets a class for each row, −1 for none
  public Score score(Rows rows, Targets targets) {
    caller.enter();
    try {
      int n = targets.rows();
      this.targets = targets.classes();
      SoftmaxCrossEntropy.require(this.targets, n, classes);
      long all = 0;
      for (int row = 0; row < n; row++) {
        all += this.targets[row] < 0 ? 0 : 1;
      }
      weight = all == 0 ? 0 : 1f / all;
      Leftovers.spoil(dh);
      double sum = 0;
      long hits = 0;
      for (int from = 0; from < n; from += ROWS) {
        int to = Math.min(n, from + ROWS);
        pass(rows, from, to);
        for (int i = 0; i < count; i++) {
          sum += losses[asked[i]];
          hits += right[asked[i]] ? 1 : 0;
        }
      }
      return new Score(sum, all, hits);
    } finally {
      caller.leave();
    }
  }

  /// The gradient of the mean loss over all rows with a target, `[rows, H]`, after [#score].
  public Rows gradient() {
    return dh;
  }

  /// The logits of rows, `z = V h + c`, before any softmax.
  ///
  /// @param rows h, `[rows, H]`
  /// @param n how many
  /// @param into `[rows, classes]`
  public void logits(Rows rows, int n, Rows into) {
    caller.enter();
    try {
      h = rows.array();
      z = into.array();
      for (int from = 0; from < n; from += ROWS) {
        count = Math.min(ROWS, n - from);
        hAt = rows.offset() + from * hidden;
        zAt = into.offset() + from * classes;
        threads.run(forward, (double) count * classes * hidden);
        adding.run(count);
      }
    } finally {
      z = block;
      zAt = 0;
      caller.leave();
    }
  }

  private void pass(Rows rows, int from, int to) {
    Leftovers.spoil(z);
    count = 0;
    for (int row = from; row < to; row++) {
      if ((row - from) % SUMMED == 0) {
        before[(row - from) / SUMMED] = count;
      }
      if (targets[row] >= 0) {
        asked[count++] = row;
      }
    }
    before[(to - from - 1) / SUMMED + 1] = count;
    boolean some = count < to - from;
    take(rows, from, some);
    if (count > 0) {
      double work = (double) count * classes * hidden;
      threads.run(forward, work);
      scoring.run(count);
      if (training) {
        threads.run(down, work);
        threads.run(gradients, work);
      }
    }
    if (training && some) {
      Arrays.fill(dh.array(), from * hidden, to * hidden, 0f);
      for (int i = 0; i < count; i++) {
        System.arraycopy(someDh, i * hidden, dh.array(), asked[i] * hidden, hidden);
      }
    }
  }

  private void take(Rows rows, int from, boolean some) {
    if (some) {
      for (int i = 0; i < count; i++) {
        System.arraycopy(rows.array(), rows.offset() + asked[i] * hidden, someH, i * hidden,
            hidden);
      }
    }
    h = some ? someH : rows.array();
    hAt = some ? 0 : rows.offset() + from * hidden;
    d = some ? someDh : dh.array();
    dAt = some ? 0 : from * hidden;
  }

  /// `z = h Vᵀ`: each thread lays out some panels of every part and multiplies by them.
  private void forward(int thread, int count) {
    for (int first = 0; first < classes; first += ahead.columns()) {
      var panels = first + ahead.columns() <= classes ? ahead : lastAhead;
      int from = WorkSplit.share(panels.columns(), panels.width(), thread, count);
      int to = WorkSplit.share(panels.columns(), panels.width(), thread + 1, count);
      if (from < to) {
        kernels.pack(values, matrix.offset() + first * hidden, 1, hidden, panels,
            from / panels.width(), Math.ceilDiv(to, panels.width()));
        kernels.multiply(h, hAt, hidden, this.count, panels, from, to, z, zAt + first,
            classes, false);
      }
    }
  }

  private void add(int from, int to) {
    for (int at = zAt + from * classes; at < zAt + to * classes; at += classes) {
      kernels.combine(Operator.ADD, z, at, false, values, bias.offset(), false, z, at, classes);
    }
  }

  private void score(int from, int to) {
    add(from, to);
    for (int i = from; i < to; i++) {
      int at = i * classes;
      each.score(z, at, z, at, targets[asked[i]], weight, training, losses, right, asked[i]);
    }
  }

  /// `dh = dz V`, part after part, so that sums are those over all classes in order.
  private void down(int thread, int count) {
    for (int first = 0; first < classes; first += back.depth()) {
      var panels = first + back.depth() <= classes ? back : lastBack;
      int from = WorkSplit.share(hidden, panels.width(), thread, count);
      int to = WorkSplit.share(hidden, panels.width(), thread + 1, count);
      if (from < to) {
        kernels.pack(values, matrix.offset() + first * hidden, hidden, 1, panels,
            from / panels.width(), Math.ceilDiv(to, panels.width()));
        kernels.multiply(z, first, classes, this.count, panels, from, to, d, dAt, hidden,
            first > 0);
      }
    }
  }

  /// `dV += dzᵀ h` and `dc += Σ dz`; each thread has some of the classes.
  private void gradients(int thread, int count) {
    int from = WorkSplit.share(classes, thread, count);
    int to = WorkSplit.share(classes, thread + 1, count);
    kernels.accumulateOuter(z, 0, classes, this.count, from, to, outers, workspaces[thread]);
    for (int sum = 0; before[sum] < this.count; sum++) {
      int first = before[sum];
      kernels.addRows(z, first * classes + from, classes, before[sum + 1] - first,
          parameters.gradients(), bias.offset() + from, to - from);
    }
  }

  /// The bytes of memory.
  public long bytes() {
    long floats = (long) block.length + dh.array().length + someH.length + someDh.length
        + ahead.data().length + (lastAhead == ahead ? 0 : lastAhead.data().length);
    if (training) {
      floats += back.data().length + (lastBack == back ? 0 : lastBack.data().length);
    }
    return 4 * floats + 8L * losses.length;
  }

  private final class Outer implements RightFactor {
    @Override
    public float[] b() {
      return h;
    }

    @Override
    public int bOffset() {
      return hAt;
    }

    @Override
    public int bStride() {
      return hidden;
    }

    @Override
    public int columns() {
      return hidden;
    }

    @Override
    public float[] c() {
      return parameters.gradients();
    }

    @Override
    public int cOffset() {
      return matrix.offset();
    }

    @Override
    public int cStride() {
      return hidden;
    }
  }
}
