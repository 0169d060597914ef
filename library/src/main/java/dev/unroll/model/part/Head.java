package dev.unroll.model.part;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Padded;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.layer.stateless.Embedding;
import dev.unroll.model.Outputs;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.model.loss.run.ChainLoss;
import dev.unroll.model.loss.run.ChainScores;
import dev.unroll.model.loss.run.LossRun;
import dev.unroll.model.loss.run.ManyClasses;
import dev.unroll.model.loss.run.Targets;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import dev.unroll.tensor.Rows;
import org.jspecify.annotations.Nullable;

/// The output layer of a model, `y = φ(V h + c)`, and the loss of y.
public final class Head {
  /// The classes from which on the logits of all rows are not kept ([ManyClasses]).
  private static final int MANY = 1024;

  private final Outputs outputs;
  private final Parameters parameters;
  private final Recurrent dense;
  private final @Nullable ChainScores chain;

  /// @param table the embedding that V is tied to; null if it is not tied
  public Head(Outputs outputs, int inputs, @Nullable Embedding table, Parameters parameters,
      CounterRandom random) {
    this.outputs = outputs;
    this.parameters = parameters;
    var sizes = Dimensions.of(inputs, outputs.size());
    var cell = Dense.cell(outputs.activation());
    if (!outputs.tied()) {
      dense = new Recurrent("output", cell, sizes, parameters, 0, random);
    } else if (table == null) {
      throw new IllegalArgumentException(
          "the output is tied to the vectors of symbols, but the model reads none");
    } else {
      dense = table.tied("output", cell, sizes, random);
    }
    var labels = outputs.labels();
    chain = outputs.loss() instanceof Loss.Chain it ? new ChainScores("output", it,
        outputs.targets(), labels == null ? null : labels.toList(), parameters) : null;
  }

  public Recurrent dense() {
    return dense;
  }

  public Run run(Engine engine, Bounds bounds) {
    return new Run(engine, bounds);
  }

  private @Nullable ManyClasses many(Engine engine, Loss loss, int rows, boolean training) {
    boolean plain = outputs.activation() == null && parameters.precision() == Precision.FLOAT32;
    if (plain && outputs.size() >= MANY && loss instanceof Loss.CrossEntropy it) {
      return new ManyClasses(engine, parameters, requireNonNull(dense.blocks().get("V")),
          requireNonNull(dense.blocks().get("c")), it, rows, training);
    }
    return null;
  }

  /// Bound to memory. One caller at a time.
  public final class Run {
    private final Engine engine;
    private final Bounds bounds;
    private final @Nullable ManyClasses many;
    private final @Nullable LossRun loss;
    private final @Nullable ChainLoss links;
    private final Probabilities probabilities;
    private final int batch;

    /// With many classes bound when someone wants their logits.
    private @Nullable LayerRun layer;

    private Run(Engine engine, Bounds bounds) {
      this.engine = engine;
      this.bounds = bounds.probed(null).within();
      batch = bounds.batch();
      int rows = bounds.time() * batch;
      var judged = bounds.isNoisy() ? outputs.loss() : outputs.loss().plain();
      many = many(engine, judged, rows, bounds.training());
      links = chain == null ? null : new ChainLoss(engine, chain, bounds);
      loss = many != null ? null
          : links != null ? links : LossRun.of(judged, engine, rows, outputs.all());
      probabilities = new Probabilities(engine, outputs.loss(), rows, outputs.size());
      layer = many != null ? null : dense.run(engine, this.bounds);
    }

    public void load() {
      if (layer != null) {
        layer.load();
      }
      if (links != null) {
        links.load();
      }
    }

    private LayerRun layer() {
      var bound = layer;
      if (bound == null) {
        bound = dense.run(engine, bounds);
        bound.load();
        layer = bound;
      }
      return bound;
    }

    /// The loss of steps, and its gradient.
    public Score score(Rows h, int steps, Targets targets) {
      return many != null ? many.score(h, targets)
          : requireNonNull(loss).score(layer().forward(h, Span.of(steps)), targets);
    }

    /// The gradient of h after [#score].
    public Rows backward(int steps) {
      if (many != null) {
        return many.gradient();
      }
      if (links != null) {
        links.addGradients();
      }
      return layer().backward(requireNonNull(loss).gradient(), Span.of(steps));
    }

    /// The predicted outputs of steps.
    public Rows predict(Rows h, int steps) {
      return many != null ? probabilities.of(many, h, steps * batch)
          : probabilities.of(layer().forward(h, Span.of(steps)), steps * batch);
    }

    /// The predicted outputs at the steps of an input.
    public Rows predict(Rows h, Padded input) {
      if (links == null) {
        return predict(h, input.steps());
      }
      return links.predict(
          layer().forward(h, Span.of(input.steps())), input.present(), input.steps());
    }

    /// The class of each row in the most probable sequence, after [#predict]; null if the classes
    /// of steps do not depend on each other.
    public int @Nullable [] path() {
      return links == null ? null : links.path();
    }

    /// The outputs of step t of a span, `[T, B, outputs]` of which block t is new.
    public Rows forwardStep(Rows h, int t, Span span) {
      return layer().forwardStep(h, t, span);
    }

    /// The outputs of one step for the first rows, before the loss.
    public Rows step(Rows h, int rows) {
      return layer().step(h, rows);
    }

    public long bytes() {
      return (layer == null ? 0 : layer.bytes()) + (many == null ? 0 : many.bytes())
          + probabilities.bytes() + (links != null ? links.bytes() : 0)
          + (loss == null || links != null ? 0 : 4L * loss.gradient().array().length);
    }
  }
}
