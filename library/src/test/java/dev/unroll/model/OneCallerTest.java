package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.format.json.JsonLines;
import dev.unroll.inspect.Microscope;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Pooling;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.pooling.PoolingRun;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.run.LossRun;
import dev.unroll.model.loss.run.Targets;
import dev.unroll.score.SequenceErrors;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.step.OptimizerRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every object that serves one caller at a time refuses all its calls while another thread is in
/// one, and answers them afterwards. Without that, what two threads got from one object was wrong,
/// and nothing said so.
class OneCallerTest {
  private static final int V = ModelProblem.SYMBOLS;
  private static final int T = 3;
  private static final int B = 2;

  private final Engine engine = Engine.of(1);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void runsOfStructures() {
    var inputs = Inputs.symbols(V, 3);
    var body = RecurrentStack.of(Gru.cell(), 4);
    var models = List.of(
        SequenceToVector.of(inputs, body, Pooling.MEAN, Outputs.classes(5), 1),
        SequenceToSequence.of(inputs, body, Outputs.classes(5), 1),
        VectorToSequence.of(inputs, Feeding.EVERY_STEP, body, Outputs.classes(5), 1).initialized(),
        EncoderDecoder.of(inputs, body, body, Outputs.symbols(5)).seed(1)
            .initialized());
    for (var model : models) {
      boolean one = model instanceof SequenceToVector;
      boolean first = model instanceof VectorToSequence;
      var batch = Batch.of(ModelProblem.examples(first ? new int[] {1, 1} : new int[] {T, T},
          one ? new int[] {1, 1} : new int[] {T, T}, true, Outputs.classes(5), 3), B);
      var bounds = new ModelBounds(T, T, B, false);
      var run = model.run(engine, bounds);
      assertRefused(run, "the run of a model", run::load, () -> run.evaluate(batch),
          () -> run.predict(batch));
      var training = model.run(engine, bounds.forTraining());
      assertRefused(training, "the run of a model", () -> training.train(batch, 0),
          () -> training.train(batch, 0, new int[B]), () -> training.predict(batch, 0));
    }
  }

  @Test
  void languageModels() {
    var model = LanguageModel.of(V, Lstm.cell(), 4);
    var stepper = model.stepper(engine, 1);
    var state = stepper.initial();
    var states = new KeyedStates<String>(stepper.layout());
    assertRefused(stepper, "ModelStepper", stepper::load,
        () -> stepper.step(1, state, new float[V], state),
        () -> stepper.step(states, List.of("a"), new int[1], new float[V]));
    var generator = new Generator(model, engine, new Sampling(1, 0, 1), 1, new int[] {2});
    assertRefused(generator, "Generator", generator::next);
  }

  @Test
  void decodings() {
    var model = VectorToSequence.of(Inputs.symbols(V, 3), Feeding.EVERY_STEP,
        RecurrentStack.of(Gru.cell(), 4), Outputs.symbols(5), 1).feedback(3).initialized();
    var batch = Batch.of(ModelProblem.examples(
        new int[] {1, 1}, new int[] {1, 1}, true, Outputs.classes(5), 3), B);
    var decoding = model.decoding(engine, 1, B, 2);
    assertRefused(decoding, "Decoding", decoding::load,
        () -> decoding.decode(batch, Search.greedy(), T, 1),
        () -> decoding.hypotheses(batch, new Search.Beam(2, 0), T));
  }

  @Test
  void lossesAndOptimisers() {
    var outputs = Rows.allocate(B, 5);
    var classes = LossRun.of(Loss.crossEntropy(), engine, B, 5);
    assertRefused(classes, "the run of a loss",
        () -> classes.score(outputs, Targets.classes(new int[B], B)));
    var numbers = LossRun.of(Loss.squared(), engine, B, 5);
    assertRefused(numbers, "the run of a loss",
        () -> numbers.score(outputs, Targets.values(outputs, new boolean[B], B)));
    var parameters = new Parameters();
    parameters.add("W", 3, 2);
    parameters.freeze();
    var optimizer = new OptimizerRun(Optimizer.adam(), engine, parameters);
    assertRefused(optimizer, "OptimizerRun", () -> optimizer.step(1, 0.1), optimizer::exchange);
  }

  @Test
  void poolingsAndAttention() {
    var y = Rows.allocate(T * B, 4);
    var bounds = Bounds.of(T, B, true);
    var parameters = new Parameters();
    var layer = new AttentionLayer("attention", Attention.GENERAL, 4, 4, 4, parameters,
        CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    for (var pooling : List.of(PoolingRun.mean(engine, 4, bounds),
        PoolingRun.max(engine, 4, bounds))) {
      assertRefused(pooling, "the run of a pooling", pooling::load,
          () -> pooling.forward(y, Span.of(T)), () -> pooling.backward(y, Span.of(T)));
    }
    var attention = layer.run(engine, T, bounds, 1);
    attention.load();
    attention.read(y, Span.of(T));
    assertRefused(attention, "AttentionRun", () -> attention.attend(y, Span.of(T)),
        () -> attention.backward(y, Span.of(T)));
  }

  @Test
  void dataAndLooks(@TempDir Path folder) throws IOException {
    var examples = ModelProblem.examples(
        new int[] {T, T, 2}, new int[] {1, 1, 1}, true, Outputs.classes(5), 3);
    var batches = Batches.of(examples, B, 1);
    assertRefused(batches, "Batches", () -> batches.batch(0, 1));
    var errors = new SequenceErrors();
    assertRefused(errors, "SequenceErrors", () -> errors.add(new int[1], List.of(new int[1])));
    assertThat(errors.sequences()).isEqualTo(1);
    var model =
        SequenceToVector.of(Inputs.symbols(V, 3), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
            Outputs.classes(5), 1);
    var microscope = Microscope.of(model, engine);
    assertRefused(microscope, "Microscope", () -> microscope.look(examples, List.of()),
        () -> microscope.lags(examples, 1), () -> microscope.influence(examples.getFirst()),
        () -> microscope.trajectories(examples.getFirst()));
    try (var log = JsonLines.create(folder.resolve("log.jsonl"))) {
      assertRefused(log, "JsonLines", () -> log.append(new LinkedHashMap<>()));
      assertThat(log.lines()).isEqualTo(1);
    }
  }

  /// Whether each call is refused by name while another thread is in a call, and not before and
  /// after.
  private static void assertRefused(Object object, String name, ThrowingCallable... calls) {
    var caller = caller(object);
    var entering = Thread.ofPlatform().name("the first").start(caller::enter);
    try {
      entering.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    for (int i = 0; i < calls.length; i++) {
      assertThatThrownBy(calls[i]).as("call %d of %s", i, name)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(name + " is in a call of thread the first, and was called by ")
          .hasMessageContaining("; it serves one caller at a time: ");
    }
    caller.leave();
    for (var call : calls) {
      try {
        call.call();
      } catch (Throwable e) {
        throw new AssertionError("alone, it answers", e);
      }
    }
  }

  private static OneCaller caller(Object object) {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (var field : type.getDeclaredFields()) {
        if (field.getType() == OneCaller.class) {
          field.setAccessible(true);
          try {
            return (OneCaller) field.get(object);
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
    throw new AssertionError(object.getClass() + " does not refuse overlapping calls");
  }
}
