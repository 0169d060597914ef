package dev.unroll.model.decoding;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.data.Padded;
import dev.unroll.layer.attention.AttentionRun;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.model.loss.Score;
import dev.unroll.model.loss.run.Targets;
import dev.unroll.model.part.ColumnCopy;
import dev.unroll.model.part.Head;
import dev.unroll.model.part.Passes;
import dev.unroll.model.part.Source;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A decoder bound to memory, with teacher forcing: all steps at once where no step needs the
/// output of the previous one. One caller at a time.
public final class DecoderRun {
  private final Decoder decoder;
  private final int batch;
  private final Passes passes;
  private final DecoderStart start;
  private final TeacherForcing dictation;
  private final DecoderInputs inputs;
  private final @Nullable AttentionRun attention;
  private final @Nullable LayerRun combination;
  private final Head.Run head;
  private final ScheduledSampling own;
  private final int hidden;
  private final int memorySize;

  /// The queries, each the previous output; and the rows that the outputs are computed from.
  private final Rows queries;
  private final Rows joint;
  private final Rows dSaid;
  private final Rows dHidden;
  private final Rows dContext;
  private final Rows dVector;

  private @Nullable LayerRun body;
  private Rows vector;
  private Rows said;
  private Rows dMemory;
  private Span span = Span.of(1);

  /// @param probed of the targets, with the end
  public DecoderRun(Decoder decoder, Engine engine, int memoryTime, Bounds probed) {
    this.decoder = decoder;
    int time = probed.time();
    batch = probed.batch();
    boolean training = probed.training();
    passes = decoder.trunk().run(engine, probed);
    var bounds = probed.probed(null);
    start = new DecoderStart(decoder, engine, batch, training);
    dictation = new TeacherForcing(decoder, time, batch);
    inputs = new DecoderInputs(decoder, engine, dictation, probed);
    var attends = decoder.attention();
    attention = attends == null ? null : attends.run(engine, memoryTime, probed, 1);
    var combines = decoder.combination();
    combination = combines == null ? null : combines.run(engine, bounds.within());
    head = decoder.head().run(engine, bounds);
    own = new ScheduledSampling(decoder, engine, batch);
    hidden = decoder.trunk().layer().outputSize();
    memorySize = attends == null ? 0 : attends.memorySize();
    int rows = time * batch;
    queries = Rows.allocate(decoder.attendsBefore() ? rows : 0, hidden);
    joint = Rows.allocate(attends == null ? 0 : rows, hidden + memorySize);
    int back = training ? rows : 0;
    dSaid = Rows.allocate(decoder.options().inputFeeding() ? back : 0, hidden);
    dHidden = Rows.allocate(attends == null ? 0 : back, hidden);
    dContext = Rows.allocate(attends == null ? 0 : back, Math.max(1, memorySize));
    dVector = Rows.allocate(training ? batch : 0, decoder.vectorSize());
    vector = dVector;
    said = joint;
    dMemory = joint;
  }

  public void load() {
    passes.load();
    start.load();
    head.load();
    if (attention != null) {
      attention.load();
    }
    if (combination != null) {
      combination.load();
    }
  }

  /// The loss of a target.
  ///
  /// @param asking selects which steps of the target count towards the loss
  public Score score(Source source, Padded target, long draw, UnaryOperator<Targets> asking) {
    var asked = asking.apply(dictation.read(target));
    forward(source, decoder.steps(target), draw, decoder.options().sampling(draw));
    return head.score(said, span.steps(), asked);
  }

  /// The loss of a target, with teacher forcing only.
  public Score evaluate(Source source, Padded target, UnaryOperator<Targets> asking) {
    var asked = asking.apply(dictation.read(target));
    forward(source, decoder.steps(target), 0, 0);
    return head.score(said, span.steps(), asked);
  }

  /// The predicted outputs at each step, with teacher forcing.
  public Rows predict(Source source, Padded target, long draw) {
    dictation.read(target);
    forward(source, decoder.steps(target), draw, 0);
    return head.predict(said, span.steps());
  }

  /// The predicted outputs at each step, with the model's own outputs fed back.
  ///
  /// @param target with as many steps as are to be written
  public Rows write(Source source, Padded target) {
    dictation.read(target);
    forward(source, decoder.steps(target), 0, decoder.feedbackSize() > 0 ? 1 : 0);
    return head.predict(said, span.steps());
  }

  private void forward(Source source, int steps, long draw, double sampling) {
    var made = decoder.trunk().hasPenalty() ? dictation.present() : null;
    span = passes.of(Span.of(steps, draw).present(made));
    Leftovers.spoil(queries);
    Leftovers.spoil(joint);
    Leftovers.spoil(dSaid);
    Leftovers.spoil(dHidden);
    Leftovers.spoil(dContext);
    Leftovers.spoil(dVector);
    inputs.begin();
    vector = source.vector();
    var run = passes.begin(span);
    body = run;
    start.forward(vector, run.states());
    if (attention != null) {
      attention.read(source.memory(), source.span());
    }
    if (decoder.isStepwise() || sampling > 0) {
      stepwise(run, draw, sampling);
    } else {
      feed(0, steps, draw);
      var h = run.forward(inputs.rows(), span);
      said = attention == null ? h : combine(h, attention.attend(h, span));
    }
  }

  private Rows combine(Rows h, Rows contexts) {
    join(h, contexts, 0, span.steps());
    return requireNonNull(combination).forward(joint, span);
  }

  private void stepwise(LayerRun run, long draw, double sampling) {
    for (int t = 0; t < span.steps(); t++) {
      if (t > 0 && sampling > 0) {
        own.replace(t, head.forwardStep(said, t - 1, span), dictation, draw, sampling);
      }
      if (decoder.attendsBefore()) {
        attendBefore(run, t);
      } else if (decoder.options().inputFeeding()) {
        inputs.feedInput(said, t);
      }
      feed(t, t + 1, draw);
      var h = run.forwardStep(inputs.rows(), t, span);
      if (attention == null) {
        said = h;
      } else if (combination == null) {
        join(h, inputs.rows(), t, t + 1); // the contexts are the first columns of the inputs
        said = joint;
        if (t + 1 < span.steps()) {
          System.arraycopy(h.array(), h.offset() + t * batch * hidden, queries.array(),
              (t + 1) * batch * hidden, batch * hidden);
        }
      } else {
        join(h, attention.attendStep(h, t, span), t, t + 1);
        said = combination.forwardStep(joint, t, span);
      }
    }
  }

  private void attendBefore(LayerRun run, int t) {
    if (t == 0) {
      var first = start.output(run.states());
      if (first == null) {
        ColumnCopy.clear(queries, 0, batch);
      } else {
        ColumnCopy.copy(first.rows(), 0, queries, 0, hidden, 0, batch);
      }
    }
    inputs.attend(requireNonNull(attention).attendStep(queries, t, span), t);
  }

  private void join(Rows h, Rows contexts, int from, int to) {
    ColumnCopy.copy(h, 0, joint, 0, hidden, from * batch, to * batch);
    ColumnCopy.copy(contexts, 0, joint, hidden, memorySize, from * batch, to * batch);
  }

  /// Writes the feedback and the vector into the inputs of steps.
  private void feed(int from, int to, long draw) {
    inputs.feed(from, to, draw);
    if (attention == null) {
      inputs.give(vector, from, to);
    }
  }

  /// The backward pass after [#score]; leaves the gradients of the vector and of the memory.
  public void backward() {
    var run = requireNonNull(body);
    int steps = span.steps();
    var ds = head.backward(steps);
    ColumnCopy.clear(dVector, 0, batch);
    Rows dx;
    if (attention == null) {
      dx = run.backward(ds, span);
      inputs.addVectorGradient(dx, steps, dVector);
    } else {
      dx = combination == null ? backwardBefore(run, attention, ds)
          : decoder.options().inputFeeding() ? backwardFed(run, attention, combination, ds)
              : backwardAfter(run, attention, combination.backward(ds, span));
    }
    inputs.backward(dx, steps);
    start.backward(run.stateGradients(), dVector);
  }

  private Rows backwardAfter(LayerRun run, AttentionRun attention, Rows dJoint) {
    int rows = span.steps() * batch;
    part(dJoint, 0, rows);
    ColumnCopy.add(attention.backward(dContext, span), 0, dHidden, 0, hidden, 0, rows);
    dMemory = attention.finish(span, false);
    return run.backward(dHidden, span);
  }

  /// With input feeding: h̃_t gets the gradient of the output at step t, and of the input of step t
  /// + 1.
  private Rows backwardFed(LayerRun run, AttentionRun attention, LayerRun combination, Rows ds) {
    ColumnCopy.copy(ds, 0, dSaid, 0, hidden, 0, span.steps() * batch);
    var dx = inputs.rows();
    for (int t = span.steps() - 1; t >= 0; t--) {
      int from = t * batch;
      part(combination.backwardStep(dSaid, t, span), from, from + batch);
      ColumnCopy.add(attention.backwardStep(dContext, t, span), 0, dHidden, 0, hidden, from,
          from + batch);
      dx = run.backwardStep(dHidden, t, span);
      if (t > 0) {
        ColumnCopy.add(ColumnCopy.step(dx, t, batch), 0, ColumnCopy.step(dSaid, t - 1, batch), 0,
            hidden, 0,
            batch);
      }
    }
    combination.gradients(span);
    run.gradients(span);
    dMemory = attention.finish(span, true);
    return dx;
  }

  /// Splits the gradient of `[h; context]` of the rows `[from, to)`.
  private void part(Rows dJoint, int from, int to) {
    ColumnCopy.copy(dJoint, 0, dHidden, 0, hidden, from, to);
    ColumnCopy.copy(dJoint, hidden, dContext, 0, memorySize, from, to);
  }

  private Rows backwardBefore(LayerRun run, AttentionRun attention, Rows dJoint) {
    part(dJoint, 0, span.steps() * batch);
    var dx = inputs.rows();
    for (int t = span.steps() - 1; t >= 0; t--) {
      dx = run.backwardStep(dHidden, t, span);
      ColumnCopy.add(dx, 0, dContext, 0, memorySize, t * batch, (t + 1) * batch);
      var dq = attention.backwardStep(dContext, t, span);
      var dQuery = ColumnCopy.step(dq, t, batch);
      if (t == 0) {
        start.addOutputGradient(dQuery, run.stateGradients());
      } else {
        ColumnCopy.add(dQuery, 0, ColumnCopy.step(dHidden, t - 1, batch), 0, hidden, 0, batch);
      }
    }
    run.gradients(span);
    dMemory = attention.finish(span, true);
    return dx;
  }

  /// The gradient of the vector, `[B, C]`.
  public Rows vectorGradient() {
    return dVector;
  }

  /// The gradient of the memory, `[S, B, M]`; of a decoder that attends.
  public Rows memoryGradient() {
    return dMemory;
  }

  /// The penalties of the last pass.
  public double penalty() {
    return passes.penalty();
  }

  public long bytes() {
    long floats = 0;
    for (var rows : new Rows[] {queries, joint, dSaid, dHidden, dContext, dVector}) {
      floats += rows.array().length;
    }
    return 4 * floats + passes.bytes() + start.bytes() + dictation.bytes() + head.bytes()
        + inputs.bytes() + (attention == null ? 0 : attention.bytes())
        + (combination == null ? 0 : combination.bytes());
  }
}
