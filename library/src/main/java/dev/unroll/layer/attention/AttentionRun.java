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
  /// The last call.
  private enum Phase {
    FINISHED, READ, LOOKED, BACK
  }

  private final OneCaller caller =
      new OneCaller("AttentionRun", "bind a run for each thread; they may share the layer");
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
  private final AttendedMemory memory;
  private final AttentionGradients gradients;
  private final WorkSplit forward;
  private final WorkSplit backward;

  private Rows queries;
  private Span readSpan = Span.of(1);
  private Phase phase = Phase.FINISHED;
  private int looked;
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
    memory = new AttendedMemory(samples, contexts);
    gradients = new AttentionGradients(memory, alignment, kernels, weights, scratch,
        training ? bounds.time() : 0, samples, size, scoreSize, keyRun != null);
    forward = engine.split(1, this::attendRows);
    backward = engine.split(1, gradients::samples);
    // If there are no queries, they are zero.
    queries = attention.hasQueries() ? contexts
        : Rows.allocate(bounds.time() * batch, scoreSize);
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
    readSpan = Span.of(span.steps()).present(span.present());
    this.memory.set(memory, keyRun == null ? memory : keyRun.forward(memory, readSpan), span);
    gradients.clear();
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
    return memory.steps();
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
    int steps = memory.steps();
    int sample = b / each;
    int so = b * scratch.columns();
    int qo = queries.offset() + row * memory.keySize();
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < steps; j++) {
      if (memory.isPresent(j, sample)) {
        w[at + j] = alignment.score(
            queries.array(), qo, memory.keys(), memory.keyAt(j, sample), scratch.array(), so);
        max = Math.max(max, w[at + j]);
      }
    }
    for (int j = 0; j < steps; j++) {
      w[at + j] = memory.isPresent(j, sample) ? w[at + j] - max : Float.NEGATIVE_INFINITY;
    }
    kernels.apply(Function.EXP, w, at, w, at, steps);
    float scale = 1 / kernels.sum(w, at, steps);
    int size = memory.size();
    int into = row * size;
    Arrays.fill(contexts.array(), into, into + size, 0f);
    for (int j = 0; j < steps; j++) {
      w[at + j] = memory.isPresent(j, sample) ? w[at + j] * scale : 0;
    }
    for (int j = 0, end; j < steps; j = end) {
      end = memory.endOfRun(j, sample);
      if (memory.isPresent(j, sample)) {
        Alignment.addAll(end - j, w, at + j, 1, memory.values(), memory.valueAt(j, sample),
            samples * size, contexts.array(), into, size);
      }
    }
  }

  /// The backward pass of all queries at once.
  ///
  /// @param dContexts the gradient of the contexts, `[steps, B, M]`
  /// @return the gradient of the queries, `[steps, B, Q]`
  public Rows backward(Rows dContexts, Span span) {
    backward(dContexts, 0, span.steps());
    var dQueries = gradients.dQueries();
    return queryRun == null ? dQueries : queryRun.backward(dQueries, span);
  }

  /// The backward pass of step t, from the last step to the first.
  ///
  /// @param dContexts the gradient of the contexts, `[T, B, M]`, of which block t is read
  /// @return the gradient of the queries, `[T, B, Q]`, of which block t is new
  public Rows backwardStep(Rows dContexts, int t, Span span) {
    backward(dContexts, t, t + 1);
    var dQueries = gradients.dQueries();
    return queryRun == null ? dQueries : queryRun.backwardStep(dQueries, t, span);
  }

  private void backward(Rows dContexts, int from, int to) {
    caller.enter();
    try {
      require(phase == Phase.LOOKED || phase == Phase.BACK, "backward");
      phase = Phase.BACK;
      gradients.of(queries, dContexts, from, to);
      backward.run(batch);
    } finally {
      caller.leave();
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
    var dMemory = gradients.dMemory();
    if (keyRun != null) {
      var d = keyRun.backward(gradients.dKeys(), readSpan);
      Alignment.addScaled(1, d.array(), d.offset(), dMemory.array(), 0,
          memory.steps() * samples * memory.size());
    }
    return dMemory;
  }

  /// The bytes of memory that were planned.
  public long bytes() {
    long floats = gradients.floats() + scratch.array().length + weights.array().length
        + contexts.array().length;
    return 4 * (floats + dv.length) + (keyRun == null ? 0 : keyRun.bytes())
        + (queryRun == null ? 0 : queryRun.bytes());
  }
}
