package dev.unroll.layer.attention;

import dev.unroll.Engine;
import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.probe.AttentionProbe;
import dev.unroll.layer.run.Alignment;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Attention bound to memory: [#read] takes the memory, [#attend] attends once for each query, for
/// all steps or one after another; then [#backward] and [#finish], once each; a different order is
/// an [IllegalStateException]. Its results are in its own memory. Threads work on different
/// samples, and each sample's sums have one order. One caller at a time.
public final class AttentionRun implements AttentionProbe {
  private final OneCaller caller =
      new OneCaller("AttentionRun", "bind a run for each thread; they may share the layer");
  /// The last call.
  private enum Phase {
    FINISHED, READ, LOOKED, BACK
  }

  private final AttentionLayer attention;
  private final Kernels kernels;
  private final int memoryTime;
  private final int batch;
  private final int each;
  private final int samples;
  private final @Nullable LayerRun keyRun;
  private final @Nullable LayerRun queryRun;
  private final Alignment alignment;
  private final Rows scratch;
  private final Rows weights;
  private final Rows contexts;
  private final float[] dv;
  private final Rows dKeys;
  private final Rows dMemory;
  private final Rows dQueries;
  private final Rows dScores;
  private final WorkSplit forward;
  private final WorkSplit backward;

  private Rows memory;
  private Rows keys;
  private Rows queries;
  private @Nullable Rows present;
  private int memorySteps;
  private Span readSpan = Span.of(1);
  private Phase phase = Phase.FINISHED;
  private int looked;
  private Rows dContexts;
  private int from;
  private int to;

  AttentionRun(AttentionLayer attention, Engine engine, int memoryTime, Bounds bounds, int each) {
    this.attention = attention;
    this.memoryTime = memoryTime;
    this.each = each;
    kernels = engine.kernels();
    batch = bounds.batch();
    samples = batch / each;
    int scoreSize = attention.scoreSize();
    int size = attention.memorySize();
    boolean training = bounds.training();
    var keyLayer = attention.keys();
    keyRun = keyLayer == null ? null
        : keyLayer.run(engine, Bounds.of(memoryTime, samples, training).within());
    var queryLayer = attention.queries();
    queryRun = queryLayer == null ? null
        : queryLayer.run(engine, Bounds.of(bounds.time(), batch, training).within());
    dv = new float[training ? batch * scoreSize : 0];
    alignment = attention.alignment(kernels, dv);
    scratch = Rows.allocate(batch, Math.max(scoreSize, size));
    weights = Rows.allocate(bounds.time() * batch, memoryTime);
    contexts = Rows.allocate(bounds.time() * batch, size);
    int back = training ? 1 : 0;
    dMemory = Rows.allocate(back * memoryTime * samples, size);
    dKeys = keyRun == null ? dMemory : Rows.allocate(back * memoryTime * samples, scoreSize);
    dQueries = Rows.allocate(back * bounds.time() * batch, scoreSize);
    dScores = Rows.allocate(back * bounds.time() * batch, memoryTime);
    forward = engine.split(1, this::attendRows);
    backward = engine.split(1, this::backwardRows);
    memory = contexts;
    keys = contexts;
    // If there are no queries, they are zero.
    queries = attention.hasQueries() ? contexts
        : Rows.allocate(bounds.time() * batch, scoreSize);
    dContexts = contexts;
    var probes = bounds.probes();
    if (probes != null) {
      probes.add(this);
    }
  }

  /// Takes over changed parameters.
  public void load() {
    if (keyRun != null) {
      keyRun.load();
    }
    if (queryRun != null) {
      queryRun.load();
    }
  }

  /// Takes the memory to attend to.
  ///
  /// @param memory `[S, B, M]`; must not change until [#finish]
  /// @param span the number of steps, and their mask
  public void read(Rows memory, Span span) {
    Leftovers.spoil(scratch);
    Leftovers.spoil(weights);
    Leftovers.spoil(contexts);
    Leftovers.spoil(dQueries);
    Leftovers.spoil(dScores);
    this.memory = memory;
    memorySteps = span.steps();
    present = span.present();
    readSpan = Span.of(memorySteps).present(present);
    keys = keyRun == null ? memory : keyRun.forward(memory, readSpan);
    Arrays.fill(dMemory.array(), 0f);
    Arrays.fill(dKeys.array(), 0f);
    Arrays.fill(dv, 0f);
    phase = Phase.READ;
  }

  private void require(boolean fits, String call) {
    if (!fits) {
      throw new IllegalStateException(
          ("%s: %s after %s; it goes read, attend for each query, backward, finish")
              .formatted(attention.name(), call, switch (phase) {
                case FINISHED -> "no read";
                case READ -> "read";
                case LOOKED -> "attend";
                case BACK -> "backward";
              }));
    }
  }

  /// Attends with all queries of a span at once.
  ///
  /// @param queries `[steps, B, Q]`; must not change until [#finish]. Unused for pooling
  /// @return the contexts `[steps, B, M]`
  public Rows attend(Rows queries, Span span) {
    require(phase == Phase.READ || phase == Phase.LOOKED, "attend");
    if (queryRun != null) {
      this.queries = queryRun.forward(queries, span);
    } else if (attention.hasQueries()) {
      this.queries = queries;
    }
    return attend(0, span.steps());
  }

  /// Attends with the queries of step t of a span.
  ///
  /// @param queries `[T, B, Q]`, of which block t is read; must not change until [#finish]
  /// @return the contexts `[T, B, M]`, of which block t is new
  public Rows attendStep(Rows queries, int t, Span span) {
    require(phase == Phase.READ || phase == Phase.LOOKED, "attend");
    this.queries = queryRun == null ? queries : queryRun.forwardStep(queries, t, span);
    return attend(t, t + 1);
  }

  private Rows attend(int from, int to) {
    caller.enter();
    try {
      phase = Phase.LOOKED;
      this.from = from;
      this.to = to;
      looked = to;
      forward.run(batch);
      return contexts;
    } finally {
      caller.leave();
    }
  }

  @Override
  public String name() {
    return attention.name();
  }

  @Override
  public Rows weights() {
    return weights;
  }

  @Override
  public int steps() {
    return looked;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public int memorySteps() {
    return memorySteps;
  }

  private void attendRows(int first, int end) {
    for (int row = first; row < end; row++) {
      for (int t = from; t < to; t++) {
        attendRow(t * batch + row, row);
      }
    }
  }

  private void attendRow(int row, int b) {
    var w = weights.array();
    int at = row * memoryTime;
    int n = keys.columns();
    int so = b * scratch.columns();
    int qo = queries.offset() + row * n;
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < memorySteps; j++) {
      if (isPresent(j, b / each)) {
        w[at + j] = alignment.score(
            queries.array(), qo, keys.array(), keyAt(j, b / each), scratch.array(), so);
        max = Math.max(max, w[at + j]);
      }
    }
    for (int j = 0; j < memorySteps; j++) {
      w[at + j] = isPresent(j, b / each) ? w[at + j] - max : Float.NEGATIVE_INFINITY;
    }
    kernels.apply(Function.EXP, w, at, w, at, memorySteps);
    float scale = 1 / kernels.sum(w, at, memorySteps);
    int size = memory.columns();
    int into = row * size;
    Arrays.fill(contexts.array(), into, into + size, 0f);
    for (int j = 0; j < memorySteps; j++) {
      w[at + j] = isPresent(j, b / each) ? w[at + j] * scale : 0;
    }
    for (int j = 0, end; j < memorySteps; j = end) {
      end = endOfRun(j, b / each);
      if (isPresent(j, b / each)) {
        Alignment.addAll(end - j, w, at + j, 1, memory.array(), memoryAt(j, b / each),
            samples * size, contexts.array(), into, size);
      }
    }
  }

  private boolean isPresent(int j, int sample) {
    return present == null || present.array()[present.offset() + j * samples + sample] != 0;
  }

  /// The end of the steps from j on that are all present, or all padding.
  private int endOfRun(int j, int sample) {
    int end = j + 1;
    while (end < memorySteps && (present == null
        || isPresent(end, sample) == isPresent(j, sample))) {
      end++;
    }
    return end;
  }

  private int keyAt(int j, int sample) {
    return keys.offset() + (j * samples + sample) * keys.columns();
  }

  private int memoryAt(int j, int sample) {
    return memory.offset() + (j * samples + sample) * memory.columns();
  }

  /// The backward pass of all queries at once.
  ///
  /// @param dContexts the gradient of the contexts, `[steps, B, M]`
  /// @return the gradient of the queries, `[steps, B, Q]`
  public Rows backward(Rows dContexts, Span span) {
    backward(dContexts, 0, span.steps());
    return queryRun == null ? dQueries : queryRun.backward(dQueries, span);
  }

  /// The backward pass of step t, from the last step to the first.
  ///
  /// @param dContexts the gradient of the contexts, `[T, B, M]`, of which block t is read
  /// @return the gradient of the queries, `[T, B, Q]`, of which block t is new
  public Rows backwardStep(Rows dContexts, int t, Span span) {
    backward(dContexts, t, t + 1);
    return queryRun == null ? dQueries : queryRun.backwardStep(dQueries, t, span);
  }

  private void backward(Rows dContexts, int from, int to) {
    caller.enter();
    try {
      require(phase == Phase.LOOKED || phase == Phase.BACK, "backward");
      phase = Phase.BACK;
      this.dContexts = dContexts;
      this.from = from;
      this.to = to;
      backward.run(batch);
    } finally {
      caller.leave();
    }
  }

  private void backwardRows(int first, int end) {
    boolean apart = alignment instanceof Alignment.Multiplicative
        && keyRun != null;
    for (int b = first; b < end; b++) {
      for (int t = to - 1; t >= from; t--) {
        scoreGradients(t * batch + b, b);
        if (apart) {
          queryGradient(t * batch + b, b);
        } else {
          backwardRow(t * batch + b, b);
        }
      }
      if (apart) {
        memoryGradients(b);
      }
    }
  }

  /// The gradients of the scores of a query.
  private void scoreGradients(int row, int b) {
    int size = memory.columns();
    var u = scratch.array();
    int so = b * scratch.columns();
    var w = weights.array();
    var de = dScores.array();
    int at = row * memoryTime;
    var dc = dContexts.array();
    int dcAt = dContexts.offset() + row * size;
    float mean = 0;
    for (int j = 0; j < memorySteps; j++) {
      if (isPresent(j, b)) {
        de[at + j] =
            Alignment.dot(kernels, dc, dcAt, memory.array(), memoryAt(j, b), u, so, size);
        mean += w[at + j] * de[at + j];
      }
    }
    for (int j = 0; j < memorySteps; j++) {
      if (isPresent(j, b)) {
        de[at + j] = w[at + j] * (de[at + j] - mean);
      }
    }
  }

  /// Where scores are products: the gradient of a query, of all keys at once.
  private void queryGradient(int row, int b) {
    int n = keys.columns();
    Arrays.fill(dQueries.array(), row * n, (row + 1) * n, 0f);
    for (int j = 0, end; j < memorySteps; j = end) {
      end = endOfRun(j, b);
      if (isPresent(j, b)) {
        Alignment.addAll(end - j, dScores.array(), row * memoryTime + j, 1, keys.array(),
            keyAt(j, b), samples * n, dQueries.array(), row * n, n);
      }
    }
  }

  /// Where scores are products: the gradients of the memory and of the keys, of all queries at
  /// once, from the last one to the first.
  private void memoryGradients(int b) {
    int size = memory.columns();
    int n = keys.columns();
    int last = (to - 1) * batch + b;
    for (int j = 0; j < memorySteps; j++) {
      if (isPresent(j, b)) {
        Alignment.addAll(to - from, weights.array(), last * memoryTime + j, -batch * memoryTime,
            dContexts.array(), dContexts.offset() + last * size, -batch * size, dMemory.array(),
            (j * samples + b) * size, size);
        Alignment.addAll(to - from, dScores.array(), last * memoryTime + j, -batch * memoryTime,
            queries.array(), queries.offset() + last * n, -batch * n, dKeys.array(),
            (j * samples + b) * n, n);
      }
    }
  }

  private void backwardRow(int row, int b) {
    int size = memory.columns();
    int n = keys.columns();
    int so = b * scratch.columns();
    int at = row * memoryTime;
    int dcAt = dContexts.offset() + row * size;
    for (int j = 0; j < memorySteps; j++) {
      if (isPresent(j, b)) {
        Alignment.addScaled(weights.array()[at + j], dContexts.array(), dcAt, dMemory.array(),
            (j * samples + b) * size, size);
      }
    }
    Arrays.fill(dQueries.array(), row * n, (row + 1) * n, 0f);
    for (int j = 0; j < memorySteps; j++) {
      if (isPresent(j, b)) {
        alignment.backward(dScores.array()[at + j], b, queries.array(),
            queries.offset() + row * n, keys.array(), keyAt(j, b), dQueries.array(), row * n,
            dKeys.array(), (j * samples + b) * n, scratch.array(), so);
      }
    }
  }

  /// Ends the backward pass: the gradients of the parameters, once over all steps.
  ///
  /// @param steps whether the backward pass went step by step
  /// @return the gradient of the memory, `[S, B, M]`
  public Rows finish(Span span, boolean steps) {
    require(phase == Phase.BACK, "finish");
    phase = Phase.FINISHED;
    attention.addVectorGradient(dv);
    if (queryRun != null && steps) {
      queryRun.gradients(span);
    }
    if (keyRun != null) {
      var d = keyRun.backward(dKeys, readSpan);
      Alignment.addScaled(1, d.array(), d.offset(), dMemory.array(), 0,
          memorySteps * samples * memory.columns());
    }
    return dMemory;
  }

  /// The bytes of memory that were planned.
  public long bytes() {
    long floats = 0;
    for (var rows : new Rows[] {scratch, weights, contexts, dMemory, dQueries, dScores}) {
      floats += rows.array().length;
    }
    floats += keyRun == null ? 0 : dKeys.array().length;
    return 4 * (floats + dv.length) + (keyRun == null ? 0 : keyRun.bytes())
        + (queryRun == null ? 0 : queryRun.bytes());
  }
}
